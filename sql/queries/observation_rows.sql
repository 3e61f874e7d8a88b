-- The figures of a series with what stands for each, as the columns of CSV.
-- $1 series bigint   $2 plan bigint, null for none   $3 as_of or null for now
-- $4 filters jsonb, each absent or text: territory level organisation from to (days) vintage
-- $5 exact boolean   $6 rows at most
-- `state` is `published` for a protected count, which is no figure to record again.
select x.territory, t.organisation, x.period, x.from_on, x.to_on, x.dims, t.force,
       case when x.seen then trim_scale((x.o).value)::text
            when (x.p).state = 'value' then (x.p).value::text
            when coalesce((x.p).state, 'suppressed') = 'suppressed' then 's' end as value,
       case when x.seen then (x.o).state when (x.p).state = 'value' then 'published'
            else coalesce((x.p).state, 'suppressed') end as state,
       case when x.seen then (x.o).reason when x.p is null then 'small_count' else (x.p).reason end as reason,
       (x.o).qualifier, (x.o).source, (x.o).vintage,
       case when x.seen then ((x.o).rank < 0)::text end as secondary,
       case when x.seen then (x.o).provisional else (x.p).provisional end::text as provisional,
       case when x.seen then (x.o).fictitious else (x.p).fictitious end::text as fictitious,
       case when x.seen then x.retained::text end as retained,
       case when x.seen then observation_revises(x.o)::text end as revised,
       instant_json((x.o).recorded_at) as recorded_at, instant_json(x.published_at) as published_at
  from (
   select f.territory, f.period, f.from_on, f.to_on, f.dims, f.organisation_id, s.*, y.p,
          y.published_at
     from figures_asked($1::bigint, $2::bigint, $3::timestamptz, $4::jsonb) f
    cross join lateral figure_said(f, $3::timestamptz, $4::jsonb ->> 'vintage', $5::boolean) s
    left join lateral figure_published(f, $3::timestamptz) y on not s.seen
 ) x
  left join lateral (select o.code as organisation,
                            case when o.kind in ('police', 'gendarmerie') then o.kind end as force
                       from organisation o where o.id = x.organisation_id) t on true
 order by x.to_on, x.from_on, x.territory, t.organisation, x.dims, (x.o).vintage, (x.o).source
 limit $6::integer;
