-- The totals of a sensitive series over all organisations as publications show them, in the columns of observation_load.
-- $1 series bigint   $2 plan bigint   $3 after this publication   $4 up to this one
select t.territory, 0::bigint as organisation, (t.to_on + 1 - make_interval(months => t.months))::date as from_on, t.to_on,
       t.dims, b.published_at as recorded_at, '' as vintage, 0::smallint as rank, t.state, t.value::double precision as value,
       false as provisional, t.fictitious
  from publication b
  join published_total t on t.publication_id = b.id
 where b.plan_id = $2::bigint and b.id > $3::bigint and b.id <= $4::bigint and t.series_id = $1::bigint
   and t.organisation_id is null
 order by t.id;
