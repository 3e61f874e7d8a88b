-- The figures of a month as recorded now, and, when they count in a sum over months, those of the 33
-- months before as published (zeros only of the last twelve: in older ones nothing is counted any more).
-- $1 series bigint   $2 plan bigint   $3 period   $4 its last day   $5 boolean: with the months before
-- `back`: how many months before; `above`: the territory and those it lies within.
with recursive up as (
  select t.code as territory, t.code as above from territory t
  union
  select u.territory, p.parent from up u join territory_parent p on p.territory = u.above and p.to_on is null
), place as (
  select u.territory, string_agg(u.above, ' ' order by u.above) as above from up u group by u.territory
), cells as (
  select 0 as back, f.*, (x.o).state as said, (x.o).value::bigint as count, null::bigint as shown, (x.o).reason,
         (x.o).provisional, (x.o).fictitious, null::smallint as floor
    from figure f
   cross join lateral figure_said(f, null, null, true) x
   where f.series_id = $1::bigint and f.plan_key = $2::bigint and f.period = $3 and f.to_on = $4::date
     and ((x.o).value is null or (x.o).value = trunc((x.o).value))
  union all
  select ((extract(year from $4::date) - extract(year from f.to_on)) * 12
          + extract(month from $4::date) - extract(month from f.to_on))::integer,
         f.*, 'value', z.value, p.value, null, false, false, p.floor
    from figure f
    join published_figure p on p.figure_id = f.id
    join frozen_count z on z.figure_id = f.id
   where $5::boolean and f.series_id = $1::bigint and f.plan_key = $2::bigint
     and f.to_on < $4::date and f.from_on > $4::date - interval '34 months'
     and (z.value > 0 or f.to_on > $4::date - interval '1 year')
)
select c.back, c.id, l.above, c.organisation_id as organisation, o.kind, c.dims, c.said, c.count, c.shown, c.reason,
       c.provisional, c.fictitious, c.floor
  from cells c
  join place l on l.territory = c.territory
  left join organisation o on o.id = c.organisation_id
 order by c.back, c.territory, c.organisation_id, c.dims, c.id;
