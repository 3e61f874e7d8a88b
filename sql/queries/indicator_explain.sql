-- How one cell came about: the method, the figures, the rows that the plugin was given.
-- No row: no indicator has this code, or it has no value there.
-- $1 plan   $2 code   $3 language   $4 as of, null: now   $5 territory   $6 period
-- $7 first day of the period   $8 last day   $9 today
with one as materialized (
  select g.id, g.code, i.id as cell, v.version, v.sha256, v.published_at, v.metadata as m,
         r.refreshed_at, case when $4::timestamptz is null then indicator_trust($1::bigint, g.id, $3::text) end as trust
    from plugin g
    join lateral (select c.id, c.version_id from indicator_value c
                   where c.plan_id = $1::bigint and c.plugin_id = g.id and c.audience = 'exact'
                     and c.territory = $5::text and c.period = $6::text
                     and c.known_from <= coalesce($4::timestamptz, 'infinity')
                   order by c.known_from desc, c.id desc limit 1) i on true
    join plugin_version v on v.id = i.version_id
    left join indicator_refresh r on r.plan_id = $1::bigint and r.plugin_id = g.id
   where g.code = $2::text and g.kind = 'indicator'
), at as materialized (
  select case when $8::date >= $9::date then $4::timestamptz
              else least($4::timestamptz, ends.at) end as as_of,
         case when $8::date >= $9::date then coalesce(($4::timestamptz at time zone p.time_zone)::date, $9::date)
              else least(($4::timestamptz at time zone p.time_zone)::date, $8::date) end as on_day
    from plan p,
         lateral (select (($8::date + 1)::timestamp at time zone p.time_zone) - interval '1 microsecond' as at) ends
   where p.id = $1::bigint
), given as materialized (
  select r.* from at, indicator_rows($1::bigint, at.as_of, at.on_day) r where r.cell = $5::text
)
select json_build_object(
         'id', one.code, 'name', in_lang($3::text, one.m #>> '{name,fr}', one.m #>> '{name,en}'),
         'summary', in_lang($3::text, one.m #>> '{summary,fr}', one.m #>> '{summary,en}'),
         'limits', in_lang($3::text, one.m #>> '{limits,fr}', one.m #>> '{limits,en}'),
         'sources', (select coalesce(json_agg(in_lang($3::text, s ->> 'fr', s ->> 'en')), '[]')
                       from jsonb_array_elements(one.m -> 'sources') s),
         'unit', one.m ->> 'unit', 'decimals', (one.m ->> 'decimals')::integer,
         'version', one.version, 'sha256', one.sha256, 'level', c.level,
         'territory', c.territory, 'period', c.period,
         'period_start', $7::date, 'period_end', $8::date,
         'as_of', instant_json(at.as_of), 'on_day', at.on_day,
         'known_from', instant_json(c.known_from), 'refreshed_at', instant_json(one.refreshed_at),
         'stale', one.trust,
         'cell', cell_json(c, one.trust is not null and $8::date >= $9::date),
         'inputs', (select coalesce(json_agg(json_build_object(
                      'name', i.key, 'kind', i.value ->> 'kind', 'missing', i.value ->> 'missing',
                      'columns', i.value -> 'columns',
                      'rows', (select coalesce(json_agg(
                                 (select json_object_agg(k, to_jsonb(r) -> k)
                                    from (select 'number' union select 'territory' union select 'organisation'
                                          union select jsonb_array_elements_text(i.value -> 'columns')) as keys (k))
                                 order by r.sort_key, r.territory, r.organisation), '[]') from given r))
                      order by i.key), '[]') from jsonb_each(one.m -> 'inputs') i))::text as body
  from one join indicator_value c on c.id = one.cell cross join at;
