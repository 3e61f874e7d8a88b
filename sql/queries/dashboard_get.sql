-- Everything the home page shows, as one document.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang
-- $5 brief: what grows with the plan is left out of a plan of more than 60 measures or 120 actions: its measures, whose
--    sums each objective has, of its actions all but the open ones that are due first, half of what is to be decided, the
--    curves (empty then) of all but the six indicators that the home page shows, those of the plan itself first
-- No row: the plan was not there yet.
with q as materialized (
  select $1::bigint as plan, $2::timestamptz as as_of, $4::text as lang,
         as_of_day($1::bigint, $2::timestamptz, $3::date) as on_day
), p as materialized (
  select p.id, p.start_on, p.end_on, p.time_zone,
         (q.on_day - 30) as since_on, ((q.on_day - 29)::timestamp at time zone p.time_zone) as since_at
    from q cross join lateral plan_at(q.plan, q.as_of) p
), actions as materialized (
  select x.* from q cross join lateral plan_actions(q.plan, q.as_of, q.lang, q.on_day) x
), measures as materialized (
  select m.* from q cross join lateral plan_measures(q.plan, q.as_of, q.lang, q.on_day) m
), size as materialized (
  select $5::boolean and ((select count(*) > 120 from actions) or (select count(*) > 60 from measures)) as large
), places as materialized (
  select d.* from q cross join lateral plan_departments(q.plan, q.as_of, q.lang, q.on_day) d
), told as materialized (
  select c.*
    from q cross join p cross join lateral
         plan_moves(q.plan, p.since_at, coalesce(q.as_of, now()), q.lang) c
), moved as (
  -- how figures are set up is told where everything is: it must not hide what was done
  select t.* from told t
   where t.field is distinct from 'deployments' and t.field is distinct from 'indicator' and t.object <> 'target'
  union all
  -- deployments that came together are one line here, whatever the number of actions: an import must not hide the rest
  select t.at, max(t.journal_id), 1, (array_agg(t.person_id order by t.journal_id))[1],
         case when count(*) > 1 then 'plan' else min(t.object) end, case when count(*) = 1 then min(t.number) end,
         null, null, 'deployments', null, null, to_jsonb(sum((t.new #>> '{}')::integer)), null
    from told t where t.field = 'deployments'
   group by t.at
), deciding as materialized (
  select b.id, b.opened_on, json_build_object('action', x.number, 'title', x.title, 'blocker',
           blocker_json(b, q.lang, q.as_of)::jsonb || jsonb_build_object('age_days', q.on_day - b.opened_on)) as item
    from q cross join lateral blocker_at(q.plan, q.as_of) b
    join actions x on x.id = b.action_id
   where b.closed_on is null and (b.kind = 'arbitration' or b.decision_needed is not null)
), sums as (
  select m.item ->> 'objective' as objective, count(*) as measures,
         sum(m.weight * m.progress) / nullif(sum(m.weight) filter (where m.progress is not null), 0) as progress,
         sum((m.item #>> '{actions,total}')::integer) as total, sum((m.item #>> '{actions,by_status,done}')::integer) as done,
         sum((m.item #>> '{actions,late}')::integer) as late, sum((m.item #>> '{actions,blocked}')::integer) as blocked
    from measures m group by 1
), head as (
  select d.body, d.warnings from q cross join lateral plan_document(q.plan, q.as_of, q.lang, q.on_day) d
), indicators as (
  select i.place, case when t.id is null then i.item else (i.item::jsonb || jsonb_build_object('target', t.value))::json end
         as item, row_number() over (order by i.place not like 'plan.%', i.place) as n
    from q cross join lateral plan_indicators(q.plan, q.as_of, q.lang) i
    left join plugin g on g.code = i.place
    left join target_at(q.plan, q.as_of) t on t.plugin_id = g.id and t.territory = 'FR' and t.withdrawn_at is null
)
select json_build_object(
  'plan', head.body, 'as_of', instant_json(q.as_of), 'today', $3::date, 'generated_at', instant_json(now()),
  'situation', (select json_build_object(
      'progress', sum(m.weight * m.progress) / nullif(sum(m.weight) filter (where m.progress is not null), 0),
      'planned', plan_planned(q.plan, q.as_of, q.on_day),
      'coverage', json_build_object('received', coalesce(sum(m.received), 0), 'expected', coalesce(sum(m.expected), 0)))
      from measures m),
  'warnings', head.warnings,
  'counts', (select json_build_object(
      'total', count(*), 'done', count(*) filter (where x.status = 'done'),
      'late', count(*) filter (where x.late), 'blocked', count(*) filter (where x.blocked),
      'stale', count(*) filter (where x.stale),
      'by_status', head.body -> 'counts' -> 'actions' -> 'by_status',
      'by_confidence', json_build_object(
        'secured', count(*) filter (where x.confidence = 'secured'),
        'achievable', count(*) filter (where x.confidence = 'achievable'),
        'support_needed', count(*) filter (where x.confidence = 'support_needed'),
        'compromised', count(*) filter (where x.confidence = 'compromised'),
        'none', count(*) filter (where x.confidence is null)),
      'departments', (select json_build_object('up_to_date', count(*) filter (where l.up_to_date),
                        'expected', count(*) filter (where l.expected > 0)) from places l))
      from actions x),
  'to_decide', coalesce((select json_agg(t.item order by t.opened_on, t.id)
                  from (select * from deciding order by opened_on, id
                         limit case when size.large then 5 else 10 end) t), '[]'),
  'to_decide_total', (select count(*) from deciding),
  'changes', json_build_object('since', p.since_on,
     'items', coalesce((select json_agg(move_json(t.at, t.person_id, t.object, t.number, t.territory, t.organisation,
                                                  t.field, t.key, t.old, t.new, t.reason)
                                        order by t.at desc, t.journal_id desc, t.place desc)
                from (select * from moved order by at desc, journal_id desc, place desc limit 10) t), '[]'),
     'total', (select count(*) from moved)),
  'trajectory', coalesce((select json_agg(json_build_object('period', t.period, 'planned', t.planned,
                            'actual', t.actual) order by t.period)
                   from plan_trajectory(q.plan, q.as_of, q.on_day) t), '[]'),
  'map', (select json_agg(l.item order by l.territory collate "C") from places l),
  'objectives', coalesce((select json_agg(json_build_object('number', o.number,
       'title', in_lang(q.lang, o.title_fr, o.title_en), 'origin', o.origin, 'measures', coalesce(s.measures, 0),
       'progress', round(s.progress::numeric, 2), 'actions', json_build_object('total', coalesce(s.total, 0), 'done', coalesce(s.done, 0),
         'late', coalesce(s.late, 0), 'blocked', coalesce(s.blocked, 0))) order by o.sort_key)
       from objective_at($1::bigint, $2::timestamptz) o left join sums s on s.objective = o.number), '[]'),
  'measures', coalesce((select json_agg(m.item order by m.sort_key) from measures m where not size.large), '[]'),
  'indicators', coalesce((select json_agg(case when size.large and i.n > 6 then jsonb_set(i.item::jsonb, '{spark}', '[]')::json else i.item end
                            order by i.place) from indicators i), '[]'),
  'calendar', coalesce((select json_agg(x.item order by x.due_on, x.sort_key)
                 from (select * from actions x
                        where not (size.large and x.status in ('done', 'dropped', 'carried_over'))
                        order by x.due_on, x.sort_key limit case when size.large then 10 end) x), '[]'))::text as body
  from q, p, head, size;
