-- The figures of a series that one cell rests on, each with what was said of it before.
-- $1 plan   $2 code of the series   $3 as of, null: now   $4 territory of the cell   $5 first day   $6 last day
-- $7 where jsonb, {dimension: [members]}   $8 when the value shown before was computed, null   $9 rows at most
with asked as (
  select s.id, case when s.by_plan then $1::bigint end as plan, s.dimensions @> '[{"id": "force"}]' as by_force
    from series s where s.code = $2
), figures as materialized (
  select f as figure, f.to_on, f.territory, f.dims, o.code as organisation,
         dims_json(f.dims, case when a.by_force and o.kind in ('police', 'gendarmerie')
                                then jsonb_build_object('force', o.kind) else '{}' end) as members
    from asked a
   cross join lateral figures_asked(a.id, a.plan, $3::timestamptz, jsonb_build_object(
                'from', $5::date, 'to', $6::date, 'territory', nullif($4::text, 'FR'))) f
    left join organisation o on o.id = f.organisation_id
), asked_for as (
  select f.* from figures f
   where not exists (select 1 from jsonb_each($7::jsonb) w where not w.value ? coalesce(f.members ->> w.key, ''))
), said as (
  select f.*, x.o from asked_for f cross join lateral figure_said(f.figure, $3::timestamptz, null, true) x where x.seen
)
select json_build_object('total', (select count(*) from said), 'items', coalesce((
  select json_agg(z.item order by z.to_on desc, z.territory, z.organisation, z.dims)
    from (
      select s.to_on, s.territory, s.organisation, s.dims, json_strip_nulls(json_build_object(
               'territory', s.territory, 'organisation', s.organisation, 'period', (s.figure).period, 'dims', s.members,
               'state', (s.o).state, 'value', (s.o).value, 'reason', (s.o).reason, 'provisional', (s.o).provisional,
               'recorded_at', instant_json((s.o).recorded_at),
               'recorded_by', (select person_json(b.person_id) from observation_batch b
                                where b.id = (s.o).batch_id and b.person_id is not null),
               'changed', (s.o).recorded_at > $8::timestamptz,
               'earlier', (select json_agg(json_strip_nulls(json_build_object(
                               'state', e.state, 'value', e.value, 'reason', e.reason, 'recorded_at', instant_json(e.recorded_at),
                               'recorded_by', (select person_json(b.person_id) from observation_batch b
                                                where b.id = e.batch_id and b.person_id is not null)))
                               order by e.recorded_at desc, e.id desc)
                             from observation e
                            where e.figure_id = (s.figure).id and e.id <> (s.o).id
                              and (e.recorded_at, e.id) < ((s.o).recorded_at, (s.o).id)))) as item
        from said s
       order by s.to_on desc, s.territory, s.organisation, s.dims limit $9::integer) z), '[]'))::text as body;
