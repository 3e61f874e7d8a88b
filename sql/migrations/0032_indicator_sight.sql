-- Who sees the cells of an indicator that rests on sensitive counts.

-- The sensitive series that an indicator rests on, itself or by other indicators.
create function indicator_sensitive_series(metadata jsonb) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive read (metadata) as (
    select $1
    union
    select v.metadata
      from read r
     cross join lateral jsonb_each(case when jsonb_typeof(r.metadata -> 'inputs') = 'object'
                                        then r.metadata -> 'inputs' else '{}' end) i
      join plugin g on i.value ->> 'kind' = 'indicator_value' and g.code = split_part(i.value ->> 'id', '@', 1)
      join plugin_version v on v.plugin_id = g.id and v.active)
  select distinct s.id
    from read r
   cross join lateral jsonb_each(case when jsonb_typeof(r.metadata -> 'inputs') = 'object'
                                      then r.metadata -> 'inputs' else '{}' end) i
    join series s on i.value ->> 'kind' = 'series' and s.code = i.value ->> 'id' and s.sensitive
$$;

create or replace function indicator_sensitive(metadata jsonb) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from indicator_sensitive_series($1))
$$;

-- The départements whose cells of such an indicator hold nothing but the person's own figures: in
-- their scope, and no organisation beyond it ever reported one of the counts there.
create function indicator_own(plan bigint, metadata jsonb) returns setof text
language sql stable as $$
  with scope as materialized (select s.territory, s.organisation_id from vigie_scope() s where s.plan_id = $1)
  select distinct s.territory
    from scope s join territory t on t.code = s.territory and t.level = 'department'
   where not exists (
     select 1 from indicator_sensitive_series($2) x (id)
       join figure f on f.series_id = x.id and f.plan_key = $1 and f.territory = s.territory
      where f.organisation_id is null
         or f.organisation_id not in (select o.organisation_id from scope o where o.territory = s.territory))
$$;

-- Where and when a computed indicator has cells, whatever they say: what is withheld is told by this,
-- and so tells nothing of what there is.
create function indicator_cell_places(plan bigint, plugin_id bigint, metadata jsonb, level text, as_of timestamptz)
returns table (territory text, period text)
language sql stable as $$
  select t.code, to_char(d, case $3 ->> 'frequency' when 'year' then 'YYYY' when 'quarter' then 'YYYY-"Q"Q' else 'YYYY-MM' end)
    from plan p
    join indicator_refresh r on r.plan_id = p.id and r.plugin_id = $2 and r.refreshed_at is not null
   cross join lateral generate_series(date_trunc($3 ->> 'frequency', p.start_on::timestamp),
                                      least(r.day, ($5 at time zone p.time_zone)::date)::timestamp,
                                      case $3 ->> 'frequency' when 'year' then interval '1 year'
                                           when 'quarter' then interval '3 months' else interval '1 month' end) d
    join territory t on t.level = $4
   where p.id = $1 and $3 -> 'levels' ? $4
$$;
