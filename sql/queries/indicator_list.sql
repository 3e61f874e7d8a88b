-- The indicators of a plan, each with its latest national cell.
-- $1 plan   $2 as of, null: now   $3 language
select json_build_object(
         'items', coalesce(json_agg(json_build_object(
           'id', g.code, 'name', in_lang($3::text, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
           'summary', in_lang($3::text, v.metadata #>> '{summary,fr}', v.metadata #>> '{summary,en}'),
           'unit', v.metadata ->> 'unit', 'decimals', (v.metadata ->> 'decimals')::integer,
           'direction', v.metadata ->> 'direction', 'kind', v.metadata ->> 'kind',
           'frequency', v.metadata ->> 'frequency', 'levels', v.metadata -> 'levels', 'version', c.version,
           'period', c.period, 'state', c.state, 'reason', c.reason, 'sentence', c.reason_text,
           'value', c.value, 'numerator', c.numerator, 'denominator', c.denominator, 'extra', c.extra,
           'coverage', json_build_object('received', coalesce(c.received, 0), 'expected', coalesce(c.expected, 0)),
           'flags', coalesce(c.flags, '{}') || case when t.trust is null then '{}' else array['stale'] end,
           'target', null, 'computed_at', instant_json(c.computed_at), 'stale', t.trust) order by g.code), '[]'),
         'total', count(*), 'next_cursor', null)::text as body
  from plugin g
  join plugin_version v on v.plugin_id = g.id and v.active
 cross join lateral (select case when $2::timestamptz is null then
                              indicator_trust($1::bigint, g.id, $3::text) end as trust) t
  left join lateral (
    select i.*, w.version,
           case when $2::timestamptz is null then coalesce(r.refreshed_at, i.known_from) else i.known_from end
             as computed_at
      from indicator_value i
      join plugin_version w on w.id = i.version_id
      left join indicator_refresh r on r.plan_id = i.plan_id and r.plugin_id = i.plugin_id
     where i.plan_id = $1::bigint and i.plugin_id = g.id and i.audience = 'exact' and i.territory = 'FR'
       and i.known_from <= coalesce($2::timestamptz, 'infinity')
     order by i.period desc, i.known_from desc, i.id desc limit 1) c on true
 where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined');
