-- The figures of a series with what stands for each, as the columns of CSV.
-- $1 series bigint   $2 plan bigint, null for none   $3 as_of or null for now
-- $4 filters jsonb, each absent or text: territory level organisation from to (days) vintage
-- $5 exact boolean   $6 rows at most
select x.territory, t.organisation, x.period, x.from_on, x.to_on, x.dims, t.force,
       case when not x.seen then 's' else trim_scale((x.o).value)::text end as value,
       case when not x.seen then 'suppressed' else (x.o).state end as state,
       case when not x.seen then 'small_count' else (x.o).reason end as reason,
       (x.o).qualifier, (x.o).source, (x.o).vintage,
       case when x.seen then ((x.o).rank < 0)::text end as secondary,
       case when x.seen then (x.o).provisional::text end as provisional,
       case when x.seen then (x.o).fictitious::text end as fictitious,
       case when x.seen then x.retained::text end as retained,
       case when x.seen then observation_revises(x.o)::text end as revised,
       instant_json((x.o).recorded_at) as recorded_at
  from (
   select f.territory, f.period, f.from_on, f.to_on, f.dims, f.organisation_id, s.*
     from figures_asked($1::bigint, $2::bigint, $3::timestamptz, $4::jsonb) f
    cross join lateral figure_said(f, $3::timestamptz, $4::jsonb ->> 'vintage', $5::boolean) s
 ) x
  left join lateral (select o.code as organisation,
                            case when o.kind in ('police', 'gendarmerie') then o.kind end as force
                       from organisation o where o.id = x.organisation_id) t on true
 order by x.to_on, x.from_on, x.territory, t.organisation, x.dims, (x.o).vintage, (x.o).source
 limit $6::integer;
