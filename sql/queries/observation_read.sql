-- All that was said of some figures of a series, as observation_load.
-- $1 series bigint   $2 plan bigint, null for none   $3 territory or region, null: all   $4 from   $5 to (days)
select f.territory, coalesce(f.organisation_id, 0) as organisation, f.from_on, f.to_on, f.dims::text as dims,
       o.recorded_at, o.vintage, o.rank, o.state, o.value::double precision as value, o.provisional, o.fictitious
  from figure f join observation o on o.figure_id = f.id
 where f.series_id = $1::bigint and f.plan_key = case when $2::bigint is null then 0 else $2 end -- row-level security lets no coalesce() lead an index
   and f.to_on >= case when $4::date is null then '-infinity' else $4 end and f.from_on <= $5::date
   and ($3::text is null or f.territory in (select territories_within($3::text)))
 order by o.id;
