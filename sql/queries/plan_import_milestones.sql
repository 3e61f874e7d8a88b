-- Writes milestones, new or changed; the first due date stays.
-- $1 plan bigint   $2 jsonb: list of milestones
insert into milestone as m (plan_id, action_id, title_fr, title_en, initial_due_on, due_on, done_on, change_reason)
select $1::bigint, a.id, d.title_fr, d.title_en, coalesce(d.initial_due_on, d.due_on), d.due_on, d.done_on, d.reason
  from jsonb_to_recordset($2::jsonb) as d (action text, title_fr text, title_en text, initial_due_on date,
       due_on date, done_on date, reason text)
  join action a on a.plan_id = $1::bigint and a.number = d.action
 order by number_key(d.action), d.due_on
on conflict on constraint milestone_once do update set title_en = excluded.title_en, due_on = excluded.due_on,
       done_on = excluded.done_on, change_reason = excluded.change_reason, version = m.version + 1;
