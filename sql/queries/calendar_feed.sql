-- What is due in every plan that the person of the context reads: actions, milestones, monthly reports.  What was dropped
-- or carried over is not due any more.
-- $1 lang
-- A row an event, in the order of its days; `changed_at` is since when it is as it is.
with plans as (
  select p.* from plan p where p.id in (select vigie_plans()) and p.archived_at is null
), dates as (
  select 'action' as kind, p.code || '/actions/' || a.number as uid, p.code as plan, in_lang($1, p.title_fr, p.title_en) as plan_title,
         a.number, in_lang($1, a.title_fr, a.title_en) as title, a.origin = 'illustrative' as illustrative, a.due_on, a.initial_due_on,
         a.status = 'done' as done, a.version, (select max(h.known_from) from action_history h where h.id = a.id) as changed_at
    from plans p cross join lateral (select x.* from action x where x.plan_id = p.id offset 0) a -- of these plans, not of all
   where a.due_on is not null and a.status not in ('dropped', 'carried_over')
  union all
  select 'milestone', p.code || '/milestones/' || m.id, p.code, in_lang($1, p.title_fr, p.title_en), a.number,
         in_lang($1, m.title_fr, m.title_en), a.origin = 'illustrative', m.due_on, m.initial_due_on, m.done_on is not null, m.version,
         (select max(h.known_from) from milestone_history h where h.id = m.id)
    from plans p join milestone m on m.plan_id = p.id join action a on a.id = m.action_id
   where m.due_on is not null and a.status not in ('dropped', 'carried_over')
  union all
  select 'campaign', p.code || '/campaigns/' || c.period, p.code, in_lang($1, p.title_fr, p.title_en), c.period, null, false, c.due_on,
         c.due_on, c.closed_at is not null, c.version, (select max(h.known_from) from campaign_history h where h.id = c.id)
    from plans p join campaign c on c.plan_id = p.id
)
select d.kind, d.uid, d.plan, d.plan_title, d.number, d.title, d.illustrative, d.due_on, d.due_on + 1 as end_on, d.initial_due_on,
       d.done, d.version, to_char(d.changed_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"') as changed_at
  from dates d order by d.due_on, d.kind, d.plan, number_key(d.number), d.uid;
