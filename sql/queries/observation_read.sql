-- What was said of some figures of a series by an instant, as observation_load; and of whoever is heard of by figures of
-- other days or places alone, that they are: of their members one such figure, as if it had been said without a value.
-- $1 series bigint   $2 plan bigint, null for none   $3 territory or region, null: all   $4 from, null: the beginning
-- $5 to (days), null: the end   $6 as of, null: now   $7 standing boolean: of each figure what stood alone, found at once
-- however often it was revised
-- Row-level security lets no coalesce() lead an index.
with known as (
  select f.*, f.to_on >= case when $4::date is null then '-infinity' else $4 end
              and f.from_on <= case when $5::date is null then 'infinity' else $5 end
              and ($3::text is null or f.territory in (select territories_within($3::text))) as asked
    from figure f
   where f.series_id = $1::bigint and f.plan_key = case when $2::bigint is null then 0 else $2 end
), heard as (
  select distinct on (k.territory, k.organisation_id, k.dims, length(k.period)) k.*
    from known k where not k.asked and k.known_from <= case when $6::timestamptz is null then 'infinity' else $6 end
   order by k.territory, k.organisation_id, k.dims, length(k.period), k.id
)
select r.territory, coalesce(r.organisation_id, 0) as organisation, r.from_on, r.to_on, r.dims::text as dims,
       r.recorded_at, r.vintage, r.rank, r.state, r.value::double precision as value, r.provisional, r.fictitious
  from (
    select o.id, k.territory, k.organisation_id, k.from_on, k.to_on, k.dims, o.recorded_at, o.vintage, o.rank, o.state,
           o.value, o.provisional, o.fictitious
      from known k
     cross join lateral (
        select o.* from observation o
         where o.figure_id = k.id and o.recorded_at <= case when $6::timestamptz is null then 'infinity' else $6 end
         order by o.rank desc, o.vintage desc, o.recorded_at desc, o.id desc limit case when $7::boolean then 1 end) o
     where k.asked
    union all
    select 0, h.territory, h.organisation_id, h.from_on, h.to_on, h.dims, h.known_from, '', 0::smallint, 'missing',
           null, false, false from heard h
  ) r
 order by r.id;
