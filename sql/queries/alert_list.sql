-- The alerts of a plan, one row an alert and territory with its present state, one page.
-- $1 plan bigint   $2 as of, null: now   $3 language
-- $4 filters jsonb, each absent or text: state indicator level territory   $5 list jsonb, see list_document
with every as (
  select distinct on (s.plugin_id, s.territory) s.territory, s.state, s.since, g.code,
         alert_json(s, g.code, v.metadata, $3::text) as item
    from alert_states($1::bigint, $2::timestamptz) s
    join plugin g on g.id = s.plugin_id and g.state in ('published', 'deprecated')
    join plugin_version v on v.id = s.version_id
   where ($4::jsonb ->> 'indicator' is null
          or split_part(v.metadata ->> 'on', '@', 1) = $4::jsonb ->> 'indicator')
     and ($4::jsonb ->> 'level' is null or s.level = $4::jsonb ->> 'level')
     and ($4::jsonb ->> 'territory' is null or s.territory = $4::jsonb ->> 'territory')
   order by s.plugin_id, s.territory, s.period desc
)
select list_document(array_agg(case $5::jsonb ->> 'sort'
                       when 'territory' then e.territory
                       when 'since' then e.since
                       when 'id' then e.code
                       else array_position(array['alert', 'warning', 'error', 'no_data', 'ok'], e.state)::text || ' ' || e.code end),
                     array_agg(e.code || ' ' || e.territory), array_agg(e.item), $5::jsonb) as body
  from every e
 where $4::jsonb ->> 'state' is null or e.state = $4::jsonb ->> 'state';
