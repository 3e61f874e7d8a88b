-- What is shown of an indicator is of one method: its values, its unit and its name are those of one major version.

-- Are these two versions of a plugin of one major version?  What has none contradicts nothing.
create function same_major(a bigint, b bigint) returns boolean
language sql stable as $$
  select a is null or b is null or a = b
      or (select count(distinct split_part(v.version, '.', 1)) = 1 from plugin_version v where v.id in (a, b))
$$;

-- The totals of an indicator for the whole country, the last period that has ended first and those under way last.
create or replace function indicator_national(plan bigint, plugin bigint, closed boolean, as_of timestamptz) returns setof indicator_value
language sql stable rows 12 as $$
  select i.*
    from (select x.period, row_number() over (order by coalesce(x.period collate "C" < u.period, true) desc, x.period collate "C" desc) as place
            from (select distinct c.period from indicator_cell c
                   where c.plan_id = $1 and c.plugin_id = $2 and c.audience = case when $3 then 'protected' else 'exact' end
                     and c.level = 'national' and c.dims = '' and c.territory = 'FR') x
           cross join (select period_under_way(v.metadata, (coalesce($4, now()) at time zone p.time_zone)::date) as period
                         from plan p, plugin_version_at($2, $4) v where p.id = $1) u
           order by place offset 0) c -- in order already, so that whoever takes the first searches no other
   cross join lateral indicator_version($1, $2, case when $3 then 'protected' else 'exact' end, '', 'FR', c.period, not $3, $4) i
   order by c.place
$$;

/*
 * The indicators of the home page, the same for all who read the plan: named as in the version that was in force, in the
 * unit of the version that the value is from, with the course of that method alone.
 */
create or replace function plan_indicators(plan bigint, as_of timestamptz, lang text)
returns table (place text, item json)
language sql stable rows 10 as $$
  select g.code, json_build_object(
           'id', g.code, 'name', coalesce(v.metadata #>> array['name', $3], v.metadata #>> '{name,fr}', g.code),
           'unit', m.own -> 'unit', 'decimals', m.own -> 'decimals',
           'direction', coalesce(v.metadata ->> 'direction', 'none'), 'version', coalesce(w.version, v.version),
           'period', c.period, 'state', coalesce(c.state, case when k.closed then 'suppressed' else 'missing' end), 'value', c.value,
           'reason', case when c.state is null then case when k.closed then 'small_count' else 'not_reported' end else coalesce(c.reason_text, c.reason) end,
           'flags', to_json(coalesce(c.flags, '{}') || case when s.stale then array['stale'] else '{}' end),
           'coverage', json_build_object('received', c.received, 'expected', c.expected), 'target', null,
           'computed_at', instant_json(case when $2 is null then coalesce(r.refreshed_at, c.known_from)
                                            else c.known_from end),
           'spark', coalesce(t.spark, '[]'))
    from plugin g
   cross join lateral plugin_version_at(g.id, $2) v
   cross join lateral (select indicator_sensitive(v.metadata) as closed offset 0) k
    left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = g.id
    left join lateral (select n.* from indicator_national($1, g.id, k.closed, $2) n limit 1) c on true
    left join plugin_version w on w.id = c.version_id
   cross join lateral (select coalesce(w.metadata, v.metadata) as own) m
    left join lateral (
      select json_agg(json_build_object('period', x.period, 'value', x.value) order by x.period) as spark
        from (select y.*, max(y.period) filter (where not y.same and y.period < c.period collate "C") over () as broken
                from (select n.period collate "C" as period, n.value, same_major(n.version_id, c.version_id) as same
                        from (select o.* from indicator_national($1, g.id, k.closed, $2) o limit 12) n) y) x
       where x.same and x.period > coalesce(x.broken, '')) t on true
   cross join lateral (
      select $2 is null and indicator_stale($1, g.id) is not null
             and not coalesce('stale' = any (c.flags), false) as stale) s
   where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
$$;

-- The cells of every published indicator at one level, as this reader may see them, each with the version that gave it.
drop function indicator_seen(bigint, timestamptz, text, date, text);
create function indicator_seen(plan bigint, as_of timestamptz, level text, on_day date, territory text)
returns table (plugin_id bigint, territory text, period text, state text, reason text, value double precision,
               received integer, expected integer, flags text[], newest boolean, version_id bigint)
language sql stable rows 1500 as $$
  with g as materialized (
    select g.id, v.id as version_id, v.metadata as m, indicator_sensitive(v.metadata) as closed, (extract(year from $4)::integer - 1)::text as first_year,
           period_under_way(v.metadata, $4) as under_way
      from plugin g cross join lateral plugin_version_at(g.id, $2) v
     where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined') and v.metadata -> 'levels' ? $3
  ), own as materialized (
    select g.id, o.territory from g cross join lateral indicator_own($1, g.m) o (territory) where g.closed
  ), published as materialized (
    select g.id as plugin_id, c.territory, c.period, c.state, c.reason, c.value, c.received, c.expected, c.flags, c.version_id
      from g cross join lateral indicator_protected($1, g.id, $3, $2) c where g.closed and c.period >= g.first_year
  ), places as materialized (
    select g.id, p.territory, p.period, coalesce(c.state, 'suppressed') as state,
           case when c.state is null then 'small_count' else c.reason end as reason, c.value, c.received, c.expected,
           coalesce(c.flags, '{}') as flags, c.version_id
      from g cross join lateral (select * from indicator_cell_places($1, g.id, g.m, $3, $2) offset 0) p
      left join published c on c.plugin_id = g.id and c.territory = p.territory and c.period = p.period
     where g.closed and p.period >= g.first_year
  ), exact as materialized ( -- which cells this reader may see exact
    select distinct g.id, g.version_id, g.closed, c.period, c.territory
      from g join indicator_cell c on c.plan_id = $1 and c.plugin_id = g.id and c.audience = 'exact' and c.level = $3
       and c.dims = '' and c.period >= g.first_year
       and (not g.closed and not c.sensitive or (g.id, c.territory) in (select o.id, o.territory from own o))
  ), periods as materialized (
    select distinct e.id, e.period from exact e
  ), known as materialized ( -- period after period from the last one that has ended on, until one of them has a value
    select g.id, coalesce(greatest(
             (select p.period collate "C"
                from (select p.period from periods p where p.id = g.id order by coalesce(p.period collate "C" < g.under_way, true) desc, p.period collate "C" desc offset 0) p
               where exists (select 1 from indicator_cell c
                              cross join lateral indicator_version($1, g.id, 'exact', '', c.territory, p.period, not g.closed, $2) i
                              where c.plan_id = $1 and c.plugin_id = g.id and c.audience = 'exact' and c.level = $3 and c.dims = ''
                                and c.period = p.period and i.state = 'value'
                                and (not g.closed and not c.sensitive or (g.id, c.territory) in (select o.id, o.territory from own o)))
               limit 1),
             (select max(p.period collate "C") from places p where p.id = g.id and p.state = 'value')),
             (select p.period collate "C"
                from (select p.period from periods p where p.id = g.id order by coalesce(p.period collate "C" < g.under_way, true) desc, p.period collate "C" desc offset 0) p
               where exists (select 1 from indicator_cell c
                              cross join lateral indicator_version($1, g.id, 'exact', '', c.territory, p.period, not g.closed, $2) i
                              where c.plan_id = $1 and c.plugin_id = g.id and c.audience = 'exact' and c.level = $3 and c.dims = ''
                                and c.period = p.period
                                and (not g.closed and not c.sensitive or (g.id, c.territory) in (select o.id, o.territory from own o)))
               limit 1),
             (select max(p.period collate "C") from places p where p.id = g.id)) as period
      from g
  ), every as materialized (
    select e.id, i.territory, i.period, i.state, i.reason, i.value, i.received, i.expected, i.flags, i.version_id
      from exact e join known k on k.id = e.id
     cross join lateral indicator_version($1, e.id, 'exact', '', e.territory, e.period, not e.closed, $2) i
     where (e.period = k.period or e.territory = $5)
       -- one of another version may rest on other series, in which the place is not one's own alone
       and (i.version_id = e.version_id or not e.closed or not i.sensitive
            or exists (select 1 from plugin_version w cross join lateral indicator_own($1, w.metadata) o (territory)
                        where w.id = i.version_id and o.territory = e.territory))
    union all
    select p.id, p.territory, p.period, p.state, p.reason, p.value, p.received, p.expected, p.flags, p.version_id
      from places p join known k on k.id = p.id
     where (p.period = k.period or p.territory = $5)
       and (p.id, p.territory) not in (select o.id, o.territory from own o)
  )
  select e.id, e.territory, e.period, e.state, e.reason, e.value, e.received, e.expected, e.flags, e.period = k.period, e.version_id
    from every e join known k on k.id = e.id
$$;
