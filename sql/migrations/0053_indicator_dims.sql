-- Values by the members of an indicator's own dimensions, beside its totals.

-- "profession=police", members as figures have them; '' for the total.  A member of which nothing was ever reported in a
-- place has no cell there.
alter table indicator_value add column dims dims_text;
drop index indicator_value_plan_id_plugin_id_territory_period_known_fr_idx;
create index on indicator_value (plan_id, plugin_id, dims, territory, period, known_from desc);

-- The dimensions of an indicator's values in one language, with their members as the catalogue has them.
create function indicator_dims(metadata jsonb, lang text) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object(
           'id', n.name, 'name', d ->> $2,
           'members', (select json_agg(json_build_object('id', m ->> 'id', 'name', m ->> $2)) from jsonb_array_elements(d -> 'members') m))
           order by n.name), '[]')
    from jsonb_array_elements_text($1 -> 'dims') n (name)
   cross join lateral (select d from series s, jsonb_array_elements(s.dimensions) d
                        where d ->> 'id' = n.name order by s.code limit 1) x (d)
$$;

-- A cell as answers show it; `stale` adds that flag.
create or replace function cell_json(c indicator_value, stale boolean) returns json
language sql immutable parallel safe as $$
  select json_strip_nulls(json_build_object(
           'territory', c.territory, 'period', c.period, 'dims', case when c.dims <> '' then dims_json(c.dims, '{}') end,
           'state', c.state, 'reason', c.reason,
           'sentence', c.reason_text, 'value', c.value, 'numerator', c.numerator,
           'denominator', c.denominator, 'low', c.low, 'high', c.high, 'extra', c.extra,
           'coverage', case when c.expected is not null then
                         json_build_object('received', c.received, 'expected', c.expected) end,
           'flags', case when stale then c.flags || array['stale'] else c.flags end))
$$;

-- Everybody else reads totals: the same functions as before, of these alone.

-- The last protected totals of an indicator as of an instant (null: now), by territory and period.
create or replace function indicator_protected(plan bigint, plugin_id bigint, level text, as_of timestamptz)
returns setof indicator_value language sql stable as $$
  select distinct on (i.territory, i.period) i.*
    from indicator_value i
   where i.plan_id = $1 and i.plugin_id = $2 and i.dims = '' and i.audience = 'protected' and i.level = $3
     and i.known_from <= coalesce($4, 'infinity')
   order by i.territory, i.period, i.known_from desc, i.id desc
$$;

-- The course of a figure that has a target, as all readers of the plan see it.
create or replace function target_course(plan bigint, plugin bigint, closed boolean, territory text, as_of timestamptz) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('period', c.period, 'value', c.value) order by c.period), '[]')
    from (select distinct on (i.period) i.period, i.state, i.value
            from indicator_value i
           where i.plan_id = $1 and i.plugin_id = $2 and i.dims = '' and i.territory = $4
             and i.audience = case when $3 then 'protected' else 'exact' end
             and i.known_from <= coalesce($5, 'infinity')
           order by i.period, i.known_from desc, i.id desc) c
   where c.state = 'value'
$$;

-- The indicators of the home page, the same for all who read the plan.
create or replace function plan_indicators(plan bigint, as_of timestamptz, lang text)
returns table (place text, item json)
language sql stable rows 10 as $$
  select g.code, json_build_object(
           'id', g.code, 'name', coalesce(v.metadata #>> array['name', $3], v.metadata #>> '{name,fr}', g.code),
           'unit', v.metadata -> 'unit', 'decimals', v.metadata -> 'decimals',
           'direction', coalesce(v.metadata ->> 'direction', 'none'), 'version', v.version,
           'period', c.period, 'state', coalesce(c.state, case k.audience when 'exact' then 'missing' else 'suppressed' end), 'value', c.value,
           'reason', case when c.state is null then case k.audience when 'exact' then 'not_reported' else 'small_count' end else coalesce(c.reason_text, c.reason) end,
           'flags', to_json(coalesce(c.flags, '{}') || case when s.stale then array['stale'] else '{}' end),
           'coverage', json_build_object('received', c.received, 'expected', c.expected), 'target', null,
           'computed_at', instant_json(case when $2 is null then coalesce(r.refreshed_at, c.known_from)
                                            else c.known_from end),
           'spark', coalesce(t.spark, '[]'))
    from plugin g
    join plugin_version v on v.plugin_id = g.id and v.active
   cross join lateral (select case when indicator_sensitive(v.metadata) then 'protected' else 'exact' end as audience
                        offset 0) k
    left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = g.id
    left join lateral (
      select * from indicator_value i
       where i.plan_id = $1 and i.plugin_id = g.id and i.dims = '' and i.territory = 'FR' and i.audience = k.audience
         and (i.audience = 'protected' or not i.sensitive)
         and i.level = 'national' and ($2 is null or i.known_from <= $2)
       order by i.period desc, i.known_from desc, i.id desc limit 1) c on true
    left join lateral (
      select json_agg(json_build_object('period', x.period, 'value', x.value) order by x.period) as spark
        from (select distinct on (i.period) i.period, i.value from indicator_value i
               where i.plan_id = $1 and i.plugin_id = g.id and i.dims = '' and i.territory = 'FR' and i.audience = k.audience
         and (i.audience = 'protected' or not i.sensitive)
                 and i.level = 'national' and ($2 is null or i.known_from <= $2)
               order by i.period desc, i.known_from desc, i.id desc limit 12) x) t on true
   cross join lateral (
      select $2 is null and indicator_stale($1, g.id) is not null
             and not coalesce('stale' = any (c.flags), false) as stale) s
   where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
$$;

-- The cells of every published indicator at one level, as this reader may see them.
create or replace function indicator_seen(plan bigint, as_of timestamptz, level text, on_day date, territory text)
returns table (plugin_id bigint, territory text, period text, state text, reason text, value double precision,
               received integer, expected integer, flags text[], newest boolean)
language sql stable rows 1500 as $$
  with g as materialized (
    select g.id, v.metadata as m, indicator_sensitive(v.metadata) as closed, (extract(year from $4)::integer - 1)::text as first_year
      from plugin g join plugin_version v on v.plugin_id = g.id and v.active
     where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined') and v.metadata -> 'levels' ? $3
  ), own as materialized (
    select g.id, o.territory from g cross join lateral indicator_own($1, g.m) o (territory) where g.closed
  ), published as materialized (
    select g.id as plugin_id, c.territory, c.period, c.state, c.reason, c.value, c.received, c.expected, c.flags
      from g cross join lateral indicator_protected($1, g.id, $3, $2) c where g.closed and c.period >= g.first_year
  ), places as materialized (
    select g.id, p.territory, p.period, coalesce(c.state, 'suppressed') as state,
           case when c.state is null then 'small_count' else c.reason end as reason, c.value, c.received, c.expected,
           coalesce(c.flags, '{}') as flags
      from g cross join lateral indicator_cell_places($1, g.id, g.m, $3, $2) p
      left join published c on c.plugin_id = g.id and c.territory = p.territory and c.period = p.period
     where g.closed and p.period >= g.first_year
  ), known as materialized (
    select g.id, coalesce(greatest(max(i.period collate "C") filter (where i.state = 'value'),
                            (select max(p.period collate "C") from places p where p.id = g.id and p.state = 'value')),
                          max(i.period collate "C"),
                          (select max(p.period collate "C") from places p where p.id = g.id)) as period
      from g
      left join indicator_value i on i.plugin_id = g.id and i.plan_id = $1 and i.dims = '' and i.audience = 'exact' and i.level = $3
       and i.period >= g.first_year and i.known_from <= coalesce($2, 'infinity')
       and (not g.closed and not i.sensitive or (g.id, i.territory) in (select o.id, o.territory from own o))
     group by g.id
  ), cells as (
    select distinct on (i.plugin_id, i.territory collate "C", i.period collate "C")
           i.plugin_id, i.territory, i.period, i.state, i.reason, i.value, i.received, i.expected, i.flags
      from g
      join known k on k.id = g.id
      join indicator_value i on i.plugin_id = g.id
     where i.plan_id = $1 and i.dims = '' and i.audience = 'exact' and i.level = $3
       and (i.period = k.period or i.territory = $5 and i.period >= g.first_year)
       and i.known_from <= coalesce($2, 'infinity')
       and (not g.closed and not i.sensitive or (g.id, i.territory) in (select o.id, o.territory from own o))
     order by i.plugin_id, i.territory collate "C", i.period collate "C", i.known_from desc, i.id desc
  ), every as (
    select * from cells
    union all
    select p.id, p.territory, p.period, p.state, p.reason, p.value, p.received, p.expected, p.flags
      from places p join known k on k.id = p.id
     where (p.period = k.period or p.territory = $5)
       and (p.id, p.territory) not in (select o.id, o.territory from own o)
  )
  select e.plugin_id, e.territory, e.period, e.state, e.reason, e.value, e.received, e.expected, e.flags, e.period = k.period
    from every e join known k on k.id = e.plugin_id
$$;
