-- The indicators that a text reads and that were never published with that major version, or that are retired: the
-- version in force of the same plugin goes on reading those.
-- No row: there is none.
-- $1 code   $2 metadata of the text
with asked as (
  select distinct i.value ->> 'id' as id
    from jsonb_each(case when jsonb_typeof($2::jsonb -> 'inputs') = 'object' then $2::jsonb -> 'inputs' else '{}' end) i
   where i.value ->> 'kind' = 'indicator_value'
), known as (
  select a.id, (select g.state from plugin g join plugin_version v on v.plugin_id = g.id
                 where g.code = split_part(a.id, '@', 1) and g.kind = 'indicator'
                   and split_part(v.version, '.', 1) = split_part(a.id, '@', 2) limit 1) as state
    from asked a
)
select id, state is not null as retired
  from known
 where state is null
    or state = 'retired'
       and not exists (select from plugin g join plugin_version v on v.plugin_id = g.id and v.active
                        cross join jsonb_each(case when jsonb_typeof(v.metadata -> 'inputs') = 'object'
                                                   then v.metadata -> 'inputs' else '{}' end) i
                        where g.code = $1 and i.value ->> 'kind' = 'indicator_value' and i.value ->> 'id' = known.id)
 order by 1;
