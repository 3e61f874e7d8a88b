-- One alert of a plan: what it watches, and its states by territory and period.
-- $1 plan bigint   $2 code   $3 as of, null: now   $4 language   $5 level, null: all   $6 territory, null: all
-- No row: no alert has this code.
select json_build_object(
         'id', g.code, 'name', in_lang($4::text, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
         'summary', in_lang($4::text, v.metadata #>> '{summary,fr}', v.metadata #>> '{summary,en}'),
         'limits', in_lang($4::text, v.metadata #>> '{limits,fr}', v.metadata #>> '{limits,en}'),
         'state', g.state, 'version', v.version, 'indicator', split_part(v.metadata ->> 'on', '@', 1),
         'levels', v.metadata -> 'levels', 'when', v.metadata -> 'when',
         'for_periods', (v.metadata ->> 'for_periods')::integer, 'resolve', v.metadata -> 'resolve',
         'judged_at', (select instant_json(r.refreshed_at) from indicator_refresh r
                        where r.plan_id = $1::bigint and r.plugin_id = g.id),
         'states', (select coalesce(json_agg(json_build_object('territory', s.territory, 'level', s.level,
                             'period', s.period, 'state', s.state, 'since', s.since, 'value', s.value,
                             'known_from', instant_json(s.known_from)) order by s.territory, s.period), '[]')
                      from alert_states($1::bigint, $3::timestamptz) s
                     where s.plugin_id = g.id and ($5::text is null or s.level = $5::text)
                       and ($6::text is null or s.territory = $6::text)))::text as body
  from plugin g join plugin_version v on v.plugin_id = g.id and v.active
 where g.code = $2::text and g.kind = 'alert';
