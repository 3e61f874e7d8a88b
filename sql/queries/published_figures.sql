-- The figures of a sensitive series as publications show them, in the columns of observation_load.
-- $1 series bigint   $2 plan bigint   $3 after this publication   $4 up to this one
select f.territory, coalesce(f.organisation_id, 0) as organisation, f.from_on, f.to_on, f.dims::text as dims,
       b.published_at as recorded_at, '' as vintage, 0::smallint as rank, x.state, x.value::double precision as value, x.provisional,
       x.fictitious
  from publication b
  join published_figure x on x.publication_id = b.id
  join figure f on f.id = x.figure_id
 where b.plan_id = $2::bigint and b.id > $3::bigint and b.id <= $4::bigint and f.series_id = $1::bigint
 order by b.id, f.id;
