-- Which cells there are, so that the version of each that was known at an instant is one search, however many it had.

/*
 * One row for each cell that ever had a version, and two when some of them rest on a sensitive count and some do not:
 * a row is seen by whoever sees one of the versions that it stands for.  It says nothing of what the cell says, and so
 * never changes.
 */
create table indicator_cell (
  plan_id   bigint not null references plan,
  plugin_id bigint not null references plugin,
  audience  text not null,
  level     text not null,
  dims      dims_text,
  period    text not null,
  territory text not null references territory,
  sensitive boolean not null,
  primary key (plan_id, plugin_id, audience, level, dims, period, territory, sensitive)
);
create index on indicator_cell (plugin_id);
create index on indicator_cell (territory, plan_id, plugin_id, audience, dims, period);
alter table indicator_cell enable row level security;
alter table indicator_cell force row level security;
create policy read on indicator_cell for select using ((select vigie_service()) or (
  plan_id in (select vigie_plans())
  and (not sensitive or audience = 'protected' or plan_id in (select vigie_plans_as('{analyst,coordinator}'))
       or (plan_id, territory) in (select s.plan_id, s.territory from vigie_scope() s))));
call deny('insert', 'indicator_cell');

-- Written by the trigger alone, which runs as the owner.
do $$
begin
  execute format('create policy keep on indicator_cell for insert to %I with check (true)', current_user);
end $$;

create function keep_indicator_cell() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- in order, so that two writers of the same new cells wait for each other and not both
  insert into indicator_cell (plan_id, plugin_id, audience, level, dims, period, territory, sensitive)
  select distinct n.plan_id, n.plugin_id, n.audience, n.level, n.dims, n.period, n.territory, n.sensitive
    from new_rows n order by 1, 2, 3, 4, 5, 6, 7, 8
  on conflict do nothing;
  return null;
end $$;
create trigger keep_indicator_cell after insert on indicator_value referencing new table as new_rows
  for each statement execute function keep_indicator_cell();

-- Those that there are already.
do $$
declare
  context text := coalesce(current_setting('vigie.session', true), '');
begin
  perform set_config('vigie.session', 'service', true);
  insert into indicator_cell (plan_id, plugin_id, audience, level, dims, period, territory, sensitive)
  select distinct i.plan_id, i.plugin_id, i.audience, i.level, i.dims, i.period, i.territory, i.sensitive from indicator_value i;
  perform set_config('vigie.session', context, true);
end $$;

/*
 * What a cell said as of an instant (null: now), of the versions that this reader may see; `plain`: of those that rest on
 * no sensitive count.  No row: it was not there yet.
 */
create function indicator_version(plan bigint, plugin bigint, audience text, dims text, territory text, period text,
                                  plain boolean, as_of timestamptz) returns setof indicator_value
language sql stable rows 1 as $$
  select i.* from indicator_value i
   where i.plan_id = $1 and i.plugin_id = $2 and i.dims = $4 and i.territory = $5 and i.period = $6 and i.audience = $3
     -- row-level security lets no coalesce() of what another table says lead an index
     and i.known_from <= case when $8 is null then 'infinity' else $8 end and (not $7 or not i.sensitive)
   order by i.known_from desc, i.id desc limit 1
$$;

/*
 * The totals of an indicator for the whole country, the last period first: those that everybody sees, in protected
 * form where `closed`.
 */
create function indicator_national(plan bigint, plugin bigint, closed boolean, as_of timestamptz) returns setof indicator_value
language sql stable rows 12 as $$
  select i.*
    from (select distinct c.period from indicator_cell c
           where c.plan_id = $1 and c.plugin_id = $2 and c.audience = case when $3 then 'protected' else 'exact' end
             and c.level = 'national' and c.dims = '' and c.territory = 'FR'
           order by c.period desc offset 0) c -- in order already, so that whoever takes the first searches no other
   cross join lateral indicator_version($1, $2, case when $3 then 'protected' else 'exact' end, '', 'FR', c.period, not $3, $4) i
   order by c.period desc
$$;

-- ------------------------------------------------------------------ the same answers, each cell searched

-- The départements whose cells of such an indicator hold nothing but the person's own figures: in
-- their scope, and no organisation beyond it ever reported one of the counts there.
create or replace function indicator_own(plan bigint, metadata jsonb) returns setof text
language sql stable as $$
  with scope as materialized (select s.territory, s.organisation_id from vigie_scope() s where s.plan_id = $1)
  select distinct s.territory
    from scope s join territory t on t.code = s.territory and t.level = 'department'
   where not exists (
     select 1 from figure f
      where f.series_id = any (array(select x.id from indicator_sensitive_series($2) x (id)))
        and f.plan_key = $1 and f.territory = s.territory
        and (f.organisation_id is null
             or f.organisation_id not in (select o.organisation_id from scope o where o.territory = s.territory)))
$$;

-- The last protected totals of an indicator as of an instant (null: now), by territory and period.
create or replace function indicator_protected(plan bigint, plugin_id bigint, level text, as_of timestamptz)
returns setof indicator_value language sql stable as $$
  select i.*
    from indicator_cell c
   cross join lateral indicator_version($1, $2, 'protected', '', c.territory, c.period, false, $4) i
   where c.plan_id = $1 and c.plugin_id = $2 and c.audience = 'protected' and c.level = $3 and c.dims = ''
$$;

-- The course of a figure that has a target, as all readers of the plan see it.
create or replace function target_course(plan bigint, plugin bigint, closed boolean, territory text, as_of timestamptz) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('period', i.period, 'value', i.value) order by i.period), '[]')
    from (select distinct c.period from indicator_cell c
           where c.plan_id = $1 and c.plugin_id = $2 and c.audience = case when $3 then 'protected' else 'exact' end
             and c.dims = '' and c.territory = $4) c
   cross join lateral indicator_version($1, $2, case when $3 then 'protected' else 'exact' end, '', $4, c.period, false, $5) i
   where i.state = 'value'
$$;

-- The indicators of the home page, the same for all who read the plan.
create or replace function plan_indicators(plan bigint, as_of timestamptz, lang text)
returns table (place text, item json)
language sql stable rows 10 as $$
  select g.code, json_build_object(
           'id', g.code, 'name', coalesce(v.metadata #>> array['name', $3], v.metadata #>> '{name,fr}', g.code),
           'unit', v.metadata -> 'unit', 'decimals', v.metadata -> 'decimals',
           'direction', coalesce(v.metadata ->> 'direction', 'none'), 'version', v.version,
           'period', c.period, 'state', coalesce(c.state, case when k.closed then 'suppressed' else 'missing' end), 'value', c.value,
           'reason', case when c.state is null then case when k.closed then 'small_count' else 'not_reported' end else coalesce(c.reason_text, c.reason) end,
           'flags', to_json(coalesce(c.flags, '{}') || case when s.stale then array['stale'] else '{}' end),
           'coverage', json_build_object('received', c.received, 'expected', c.expected), 'target', null,
           'computed_at', instant_json(case when $2 is null then coalesce(r.refreshed_at, c.known_from)
                                            else c.known_from end),
           'spark', coalesce(t.spark, '[]'))
    from plugin g
    join plugin_version v on v.plugin_id = g.id and v.active
   cross join lateral (select indicator_sensitive(v.metadata) as closed offset 0) k
    left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = g.id
    left join lateral (select n.* from indicator_national($1, g.id, k.closed, $2) n limit 1) c on true
    left join lateral (
      select json_agg(json_build_object('period', x.period, 'value', x.value) order by x.period) as spark
        from (select n.period, n.value from indicator_national($1, g.id, k.closed, $2) n limit 12) x) t on true
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
  ), known as materialized ( -- period after period from the last one on, until one of them has a value
    select g.id, coalesce(greatest(
             (select p.period collate "C"
                from (select p.period from periods p where p.id = g.id order by p.period collate "C" desc offset 0) p
               where exists (select 1 from indicator_cell c
                              cross join lateral indicator_version($1, g.id, 'exact', '', c.territory, p.period, not g.closed, $2) i
                              where c.plan_id = $1 and c.plugin_id = g.id and c.audience = 'exact' and c.level = $3 and c.dims = ''
                                and c.period = p.period and i.state = 'value'
                                and (not g.closed and not c.sensitive or (g.id, c.territory) in (select o.id, o.territory from own o)))
               limit 1),
             (select max(p.period collate "C") from places p where p.id = g.id and p.state = 'value')),
             (select p.period collate "C"
                from (select p.period from periods p where p.id = g.id order by p.period collate "C" desc offset 0) p
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
