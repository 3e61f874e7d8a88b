-- What is due and when: actions, milestones, monthly reports, by day.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang
-- No row: the plan was not there yet.
with q as materialized (
  select $1::bigint as plan, $2::timestamptz as as_of, $4::text as lang,
         as_of_day($1::bigint, $2::timestamptz, $3::date) as on_day
), head as (
  select d.body from q cross join lateral plan_document(q.plan, q.as_of, q.lang, q.on_day) d
), actions as materialized (
  select x.* from q cross join lateral plan_actions(q.plan, q.as_of, q.lang, q.on_day) x
), dates as (
  select x.due_on as day, 1 as place, x.sort_key, 0::bigint as id, json_build_object('kind', 'action', 'on', x.due_on,
           'initial_on', x.initial_due_on, 'done_on', x.item -> 'done_on', 'action', x.number, 'measure', x.item -> 'measure',
           'title', x.title, 'lead', x.item -> 'lead', 'status', x.status, 'late', x.late, 'blocked', x.blocked) as item
    from actions x where x.due_on is not null
  union all
  select m.due_on, 2, x.sort_key, m.id, json_build_object('kind', 'milestone', 'on', m.due_on, 'initial_on', m.initial_due_on,
           'done_on', m.done_on, 'action', x.number, 'measure', x.item -> 'measure', 'title', in_lang(q.lang, m.title_fr, m.title_en),
           'lead', x.item -> 'lead', 'status', x.status,
           'late', m.done_on is null and m.due_on < q.on_day and x.status in ('not_started', 'in_progress', 'on_hold'),
           'blocked', x.blocked)
    from q cross join lateral milestone_at(q.plan, q.as_of) m join actions x on x.id = m.action_id
  union all
  select c.due_on, 3, c.period, c.id, json_build_object('kind', 'campaign', 'on', c.due_on, 'initial_on', null,
           'done_on', (c.closed_at at time zone p.time_zone)::date, 'action', null, 'measure', null, 'title', c.period, 'lead', null,
           'status', null, 'late', c.closed_at is null and c.due_on < q.on_day, 'blocked', false)
    from q cross join lateral campaign_at(q.plan, q.as_of) c join plan p on p.id = c.plan_id
)
select json_build_object(
  'plan', head.body, 'as_of', instant_json(q.as_of), 'today', $3::date, 'generated_at', instant_json(now()),
  'measures', coalesce((select json_agg(json_build_object('number', m.number, 'title', in_lang(q.lang, m.title_fr, m.title_en),
                                                          'objective', o.number) order by m.sort_key)
                          from measure_at(q.plan, q.as_of) m join objective_at(q.plan, q.as_of) o on o.id = m.objective_id), '[]'),
  'actions', coalesce((select json_agg(json_build_object('number', x.number, 'measure', x.item -> 'measure', 'title', x.title)
                                       order by x.sort_key) from actions x), '[]'),
  'items', coalesce((select json_agg(d.item order by d.day, d.place, d.sort_key, d.id) from dates d), '[]'))::text as body
  from q, head;
