-- An indicator of reported figures shows the last period that has ended, not the one under way of which little came yet.

/*
 * The period that a day lies in, of an indicator that reads series: their figures come when it has ended.  Null for one of
 * the plan itself, whose state is as true today as on the last day of the month.
 */
create function period_under_way(metadata jsonb, on_day date) returns text
language sql immutable as $$
  select case when exists (select 1 from jsonb_each($1 -> 'inputs') i where i.value ->> 'kind' = 'series') then
           to_char($2, case $1 ->> 'frequency' when 'year' then 'YYYY' when 'quarter' then 'YYYY-"Q"Q' else 'YYYY-MM' end) end
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
                         from plugin_version v, plan p where v.plugin_id = $2 and v.active and p.id = $1) u
           order by place offset 0) c -- in order already, so that whoever takes the first searches no other
   cross join lateral indicator_version($1, $2, case when $3 then 'protected' else 'exact' end, '', 'FR', c.period, not $3, $4) i
   order by c.place
$$;

-- The cells of every published indicator at one level, as this reader may see them.
create or replace function indicator_seen(plan bigint, as_of timestamptz, level text, on_day date, territory text)
returns table (plugin_id bigint, territory text, period text, state text, reason text, value double precision,
               received integer, expected integer, flags text[], newest boolean)
language sql stable rows 1500 as $$
  with g as materialized (
    select g.id, v.metadata as m, indicator_sensitive(v.metadata) as closed, (extract(year from $4)::integer - 1)::text as first_year,
           period_under_way(v.metadata, $4) as under_way
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
      from g cross join lateral (select * from indicator_cell_places($1, g.id, g.m, $3, $2) offset 0) p
      left join published c on c.plugin_id = g.id and c.territory = p.territory and c.period = p.period
     where g.closed and p.period >= g.first_year
  ), exact as materialized ( -- which cells this reader may see exact
    select distinct g.id, g.closed, c.period, c.territory
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
    select e.id, i.territory, i.period, i.state, i.reason, i.value, i.received, i.expected, i.flags
      from exact e join known k on k.id = e.id
     cross join lateral indicator_version($1, e.id, 'exact', '', e.territory, e.period, not e.closed, $2) i
     where e.period = k.period or e.territory = $5
    union all
    select p.id, p.territory, p.period, p.state, p.reason, p.value, p.received, p.expected, p.flags
      from places p join known k on k.id = p.id
     where (p.period = k.period or p.territory = $5)
       and (p.id, p.territory) not in (select o.id, o.territory from own o)
  )
  select e.id, e.territory, e.period, e.state, e.reason, e.value, e.received, e.expected, e.flags, e.period = k.period
    from every e join known k on k.id = e.id
$$;
