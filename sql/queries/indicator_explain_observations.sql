-- The figures of a series that one cell rests on, each with what was said of it before.
-- $1 plan   $2 code of the series   $3 as of, null: now   $4 territory of the cell   $5 first day   $6 last day
-- $7 where jsonb, {dimension: [members]}   $8 when the value shown before was computed, null   $9 rows at most
with asked as (
  select s.id, case when s.by_plan then $1::bigint else 0 end as plan_key, s.dimensions @> '[{"id": "force"}]' as by_force
    from series s where s.code = $2
), figures as materialized ( -- narrow: there may be many, and few are told
  select f.id, f.to_on, f.territory, f.dims, o.code as organisation,
         case when a.by_force and o.kind in ('police', 'gendarmerie') then jsonb_build_object('force', o.kind) else '{}' end as own
    from asked a
    join figure f on f.series_id = a.id and f.plan_key = a.plan_key and ($3::timestamptz is null or f.known_from <= $3)
     and f.to_on >= coalesce($5::date, '-infinity') and f.to_on <= coalesce($6::date, 'infinity')
     and ($4::text = 'FR' or f.territory in (select territories_within($4)))
    left join organisation o on o.id = f.organisation_id
), asked_for as materialized ( -- each was said something of by then, or it would not be known
  select f.* from figures f
   where $7::jsonb = '{}' or not exists (select 1 from jsonb_each($7::jsonb) w
                                          where not w.value ? coalesce(dims_json(f.dims, f.own) ->> w.key, ''))
), latest as (
  select f.* from asked_for f order by f.to_on desc, f.territory, f.organisation, f.dims limit $9::integer
), shown as materialized (
  select g as figure, f.id as figure_id, f.territory, f.organisation, x.o,
         dims_json(f.dims, f.own) as members,
         row_number() over (order by f.to_on desc, f.territory, f.organisation, f.dims) as n
    from latest f join figure g on g.id = f.id cross join lateral figure_said(g, $3::timestamptz, null, true) x
), before as materialized (
  select e.figure_id, e.id, e.state, e.value, e.reason, e.fictitious, e.recorded_at, e.batch_id
    from shown s join observation e on e.figure_id = s.figure_id and (e.recorded_at, e.id) < ((s.o).recorded_at, (s.o).id)
), batches as materialized ( -- who said it, each found once
  select b.id, person_json(b.person_id) as by from observation_batch b
   where b.person_id is not null and b.id = any (array(select (s.o).batch_id from shown s union select e.batch_id from before e))
), earlier as (
  select e.figure_id, json_agg(json_strip_nulls(json_build_object(
             'state', e.state, 'value', e.value, 'reason', e.reason, 'fictitious', e.fictitious,
             'recorded_at', instant_json(e.recorded_at), 'recorded_by', b.by))
             order by e.recorded_at desc, e.id desc) as items
    from before e left join batches b on b.id = e.batch_id group by e.figure_id
), told as materialized (
  select distinct f.territory as code from asked_for f
), silent as ( -- where others told, of whatever month and place
  select t.code from territories_within($4) w join territory t on t.code = w and t.level = 'department'
   where t.code not in (select code from told)
     and exists (select 1 from asked a cross join lateral ( -- the first that is found
                   select 1 from figure f join territory d on d.code = f.territory and d.level = 'department'
                    where f.series_id = a.id and f.plan_key = a.plan_key
                      and ($3::timestamptz is null or f.known_from <= $3) limit 1) f)
)
select json_build_object('total', (select count(*) from asked_for),
                         'silent', (select coalesce(json_agg(code order by code collate "C"), '[]') from silent), 'items', coalesce((
  select json_agg(json_strip_nulls(json_build_object(
           'territory', s.territory, 'organisation', s.organisation, 'period', (s.figure).period, 'dims', s.members,
           'state', (s.o).state, 'value', (s.o).value, 'reason', (s.o).reason, 'provisional', (s.o).provisional, 'fictitious', (s.o).fictitious,
           'recorded_at', instant_json((s.o).recorded_at), 'recorded_by', b.by,
           'changed', (s.o).recorded_at > $8::timestamptz, 'earlier', e.items)) order by s.n)
    from shown s
    left join batches b on b.id = (s.o).batch_id
    left join earlier e on e.figure_id = s.figure_id), '[]'))::text as body;
