-- The indicators that a text reads and that were never published with that major version.
-- No row: there is none.
-- $1 metadata of the text
select distinct i.value ->> 'id' as id
  from jsonb_each(case when jsonb_typeof($1::jsonb -> 'inputs') = 'object' then $1::jsonb -> 'inputs' else '{}' end) i
 where i.value ->> 'kind' = 'indicator_value'
   and not exists (select from plugin g join plugin_version v on v.plugin_id = g.id
                    where g.code = split_part(i.value ->> 'id', '@', 1) and g.kind = 'indicator'
                      and split_part(v.version, '.', 1) = split_part(i.value ->> 'id', '@', 2))
 order by 1;
