-- What earlier plans were reproached with: without lead, without indicator, without cost; and the départements of which
-- nothing was heard for longer than the plan allows.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang
-- No row: the plan was not there yet.
with q as materialized (
  select as_of_day($1::bigint, $2::timestamptz, $3::date) as day
), m as materialized (
  select m.id, m.number, m.sort_key, in_lang($4, m.title_fr, m.title_en) as title, m.origin,
         not exists (select 1 from assignment_at($1::bigint, $2::timestamptz) r
                      where r.measure_id = m.id and r.role = 'lead' and r.until_on is null) as no_lead,
         not exists (select 1 from measure_indicator_at($1::bigint, $2::timestamptz) i
                      where i.measure_id = m.id and i.linked) as no_indicator
    from measure_at($1::bigint, $2::timestamptz) m
), a as materialized (
  select a.id, a.measure_id, a.number, a.sort_key, in_lang($4, a.title_fr, a.title_en) as title, a.origin,
         not exists (select 1 from assignment_at($1::bigint, $2::timestamptz) r
                      where r.action_id = a.id and r.role = 'lead' and r.until_on is null) as no_lead,
         not action_costed(a.id, $2::timestamptz) as no_cost
    from action_at($1::bigint, $2::timestamptz) a
), costs as materialized (
  select m.*, not exists (select 1 from a where a.measure_id = m.id and not a.no_cost) as no_cost from m
), silent as materialized (
  select d.territory, d.item ->> 'name' as name, (d.item ->> 'last_reported_at')::timestamptz as heard_at
    from q cross join lateral plan_departments($1::bigint, $2::timestamptz, $4::text, q.day) d
    join plan p on p.id = $1::bigint
   where d.expected > 0
     and coalesce(q.day - ((d.item ->> 'last_reported_at')::timestamptz at time zone p.time_zone)::date > p.stale_after_days, true)
)
select json_build_object(
         'measures', (select json_build_object('total', count(*), 'without_lead', count(*) filter (where no_lead),
                        'without_indicator', count(*) filter (where no_indicator),
                        'without_cost', count(*) filter (where no_cost)) from costs),
         'actions', (select json_build_object('total', count(*), 'without_lead', count(*) filter (where no_lead),
                       'without_cost', count(*) filter (where no_cost)) from a),
         'departments', json_build_object(
            'expected', (select count(*) from q cross join lateral plan_departments($1::bigint, $2::timestamptz, $4::text, q.day) d
                          where d.expected > 0),
            'silent', (select count(*) from silent), 'after_days', p.stale_after_days,
            'items', coalesce((select json_agg(json_build_object('territory', s.territory, 'name', s.name,
                                                 'last_reported_at', instant_json(s.heard_at))
                                               order by s.heard_at nulls first, s.territory collate "C") from silent s), '[]')))::text as body
  from plan_at($1::bigint, $2::timestamptz) p;
