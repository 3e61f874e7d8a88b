-- What was said of some figures of a series by an instant, as observation_load.
-- $1 series bigint   $2 plan bigint, null for none   $3 territory or region, null: all   $4 from   $5 to (days)
-- $6 as of, null: now   $7 standing boolean: of each figure what stood alone, found at once however often it was revised
-- Row-level security lets no coalesce() lead an index.
select f.territory, coalesce(f.organisation_id, 0) as organisation, f.from_on, f.to_on, f.dims::text as dims,
       o.recorded_at, o.vintage, o.rank, o.state, o.value::double precision as value, o.provisional, o.fictitious
  from figure f
 cross join lateral (
    select o.* from observation o
     where o.figure_id = f.id and o.recorded_at <= case when $6::timestamptz is null then 'infinity' else $6 end
     order by o.rank desc, o.vintage desc, o.recorded_at desc, o.id desc limit case when $7::boolean then 1 end) o
 where f.series_id = $1::bigint and f.plan_key = case when $2::bigint is null then 0 else $2 end
   and f.to_on >= case when $4::date is null then '-infinity' else $4 end and f.from_on <= $5::date
   and ($3::text is null or f.territory in (select territories_within($3::text)))
 order by o.id;
