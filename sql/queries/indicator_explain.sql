-- How one cell came about: the method, the figures, the rows of actions that the plugin was given, what
-- was shown before.  One that rests on sensitive counts tells beyond one's own scope its method and its
-- protected form alone, unless it is opened.
-- No row: no indicator has this code, or it has no value there.
-- $1 plan   $2 code   $3 language   $4 as of, null: now   $5 territory   $6 period
-- $7 first day of the period   $8 last day   $9 today   $10 exact: opened   $11 members, profession=police; '': the total
-- Beside the body: what a calculation of the cell needs, and since when another one was shown.
with known as materialized (
  select g.id, g.code, v.id as version_id, v.metadata as m,
         indicator_sensitive(v.metadata) and not $10::boolean
         and $5::text not in (select o.territory from indicator_own($1::bigint, v.metadata) o (territory)) as closed
    from plugin g cross join lateral plugin_version_at(g.id, $4::timestamptz) v
   where g.code = $2::text and g.kind = 'indicator'
), one as materialized (
  select g.id, g.code, i.id as cell, v.version, v.sha256, v.published_at, v.metadata as m, v.source, g.closed,
         -- now that of the last refresh, if it reached this period; it may have kept what a former one had computed
         case when $4::timestamptz is null and r.version_id = i.version_id and $6::text collate "C" >= r.engine_from
              then r.engine else i.engine end as engine,
         r.refreshed_at, case when $4::timestamptz is null then indicator_trust($1::bigint, g.id, $3::text) end as trust
    from known g
    left join lateral (select c.id, c.version_id, c.engine from indicator_value c
                   where c.plan_id = $1::bigint and c.plugin_id = g.id
                     and c.audience = case when g.closed then 'protected' else 'exact' end
                     and c.dims = $11::text and c.territory = $5::text and c.period = $6::text
                     and (g.closed or not c.sensitive or $10::boolean or indicator_sensitive(g.m))
                     -- one of another version may rest on other series, in which the place is not one's own alone
                     and (g.closed or not c.sensitive or $10::boolean or c.version_id = g.version_id
                          or exists (select 1 from plugin_version w
                                      cross join lateral indicator_own($1::bigint, w.metadata) o (territory)
                                      where w.id = c.version_id and o.territory = $5::text))
                     and c.known_from <= case when $4::timestamptz is null then 'infinity' else $4 end
                   order by c.known_from desc, c.id desc limit 1) i on true
    join plugin_version v on v.id = coalesce(i.version_id, g.version_id)
    left join indicator_refresh r on r.plan_id = $1::bigint and r.plugin_id = g.id
   where i.id is not null
      or g.closed and $11::text = '' and exists (select 1 from territory t,
                                indicator_cell_places($1::bigint, g.id, g.m, t.level, $4::timestamptz) p
                               where t.code = $5::text and p.territory = t.code and p.period = $6::text)
), at as materialized (
  select case when $8::date >= $9::date then $4::timestamptz
              else least($4::timestamptz, ends.at) end as as_of,
         case when $8::date >= $9::date then coalesce(($4::timestamptz at time zone p.time_zone)::date, $9::date)
              else least(($4::timestamptz at time zone p.time_zone)::date, $8::date) end as on_day
    from plan p,
         lateral (select (($8::date + 1)::timestamp at time zone p.time_zone) - interval '1 microsecond' as at) ends
   where p.id = $1::bigint
), given as materialized (
  select r.* from at, indicator_rows($1::bigint, at.as_of, at.on_day) r
   where (r.cell = $5::text or $5::text = 'FR' and r.cell_level = 'department')
   and exists (select 1 from one, jsonb_each(one.m -> 'inputs') i where i.value ->> 'kind' = 'actions' and not one.closed)
), before as materialized (
  select p.known_from, w.version, p.engine, cell_json(p, false) as cell
    from one join indicator_value c on c.id = one.cell
   cross join lateral (
     select i.* from indicator_value i
      where i.plan_id = c.plan_id and i.plugin_id = c.plugin_id and i.dims = c.dims and i.territory = c.territory
        and i.period = c.period and i.audience = c.audience and (i.known_from, i.id) < (c.known_from, c.id)
      order by i.known_from desc, i.id desc limit 1) p
    join plugin_version w on w.id = p.version_id
   where p.audience = 'protected' or not p.sensitive or $10::boolean or p.version_id = c.version_id
      or $5::text in (select o.territory from indicator_own($1::bigint, w.metadata) o (territory))
)
select json_build_object(
         'id', one.code, 'name', in_lang($3::text, one.m #>> '{name,fr}', one.m #>> '{name,en}'),
         'summary', in_lang($3::text, one.m #>> '{summary,fr}', one.m #>> '{summary,en}'),
         'limits', in_lang($3::text, one.m #>> '{limits,fr}', one.m #>> '{limits,en}'),
         'fictitious', indicator_fictitious($1::bigint, one.m),
         'sources', (select coalesce(json_agg(in_lang($3::text, s ->> 'fr', s ->> 'en')), '[]')
                       from jsonb_array_elements(one.m -> 'sources') s),
         'unit', one.m ->> 'unit', 'decimals', (one.m ->> 'decimals')::integer,
         'version', one.version, 'sha256', one.sha256, 'engine', one.engine, 'level', t.level,
         'territory', $5::text, 'period', $6::text,
         'period_start', $7::date, 'period_end', $8::date,
         'as_of', instant_json(at.as_of), 'on_day', at.on_day,
         'known_from', instant_json(c.known_from), 'refreshed_at', instant_json(one.refreshed_at),
         'stale', one.trust,
         'cell', case when c.id is null then json_build_object('territory', $5::text, 'period', $6::text, 'state', 'suppressed',
                                                            'reason', 'small_count', 'flags', '{}'::text[])
                      else cell_json(c, not one.closed and one.trust is not null and $8::date >= $9::date) end,
         'params', (select coalesce(json_object_agg(d.key, d.value -> 'default'), '{}')
                      from jsonb_each(case when jsonb_typeof(one.m -> 'params') = 'object'
                                           then one.m -> 'params' else '{}' end) d),
         'previous', (select json_build_object('known_from', instant_json(b.known_from), 'version', b.version, 'engine', b.engine, 'cell', b.cell)
                        from before b),
         'inputs', (select coalesce(json_agg(json_build_object(
                      'name', i.key, 'kind', i.value ->> 'kind', 'missing', i.value ->> 'missing',
                      'columns', coalesce(i.value -> 'columns', '[]'), 'of', i.value ->> 'id',
                      'rows', (select coalesce(json_agg(
                                 (select json_object_agg(k, to_jsonb(r) -> k)
                                    from (select 'number' union select 'territory' union select 'organisation'
                                          union select jsonb_array_elements_text(i.value -> 'columns')) as keys (k))
                                 order by r.sort_key, r.territory, r.organisation), '[]') from given r where i.value ->> 'kind' = 'actions'
                                and r.cell_level = case when i.value ? 'grain' and t.level = 'national' then 'department' else t.level end))
                      order by i.key), '[]') from jsonb_each(one.m -> 'inputs') i))::text as body,
       one.closed, one.code, one.version, one.source, one.m::text as metadata, t.level,
       (select g.graph::text from plugin_graph g where g.sha256 = one.sha256) as graph,
       (select instant_json(b.known_from) from before b) as before
  from one left join indicator_value c on c.id = one.cell
  join territory t on t.code = $5::text cross join at;
