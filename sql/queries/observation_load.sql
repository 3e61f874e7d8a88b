-- All that some batches said, for the columns that workers keep: of one instant, what came later comes later.
-- $1 batches, bigint[]
select f.territory, coalesce(f.organisation_id, 0) as organisation, f.from_on, f.to_on, f.dims::text as dims,
       o.recorded_at, o.vintage, o.rank, o.state, o.value::double precision as value, o.provisional, o.fictitious
  from observation o join figure f on f.id = o.figure_id
 where o.batch_id = any ($1::bigint[])
 order by o.id;
