-- The cells of every published indicator at one level, as before, but that the places of protected cells are written out
-- once before they are joined: the planner, which cannot know how many there are, computed the name of their month anew
-- for each pair that it compared, half a million times for three years.

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
      from g cross join lateral (select * from indicator_cell_places($1, g.id, g.m, $3, $2) offset 0) p
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
