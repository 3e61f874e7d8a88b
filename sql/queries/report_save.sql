-- Keeps a status report on an action and gives the action the state it declares, if nobody
-- changed it since, its plan is not archived and this person may report on it.  History and
-- journal follow by trigger.
-- $1 plan bigint   $2 number   $3 version bigint   $4 state jsonb   $5 nothing_new boolean
-- No row: one of these is not so; action_find tells which.
with state as (
  select * from jsonb_to_record($4::jsonb) as s (status text, progress smallint, confidence text, comment text,
    reason text, done_on date, carried_plan text, carried_measure text)
), saved as (
  update action a
     set (status, progress, confidence, comment, reason, done_on, carried_plan, carried_measure)
         = (select status, progress, confidence, comment, reason, done_on, carried_plan, carried_measure from state),
         reported_at = now(), reported_by = vigie_person(), version = a.version + 1,
         change_reason = $4::jsonb ->> 'reason'
   where a.plan_id = $1::bigint and a.number = $2 and a.version = $3::bigint
     and vigie_may_report(a.plan_id, a.id, null, null)
     and exists (select 1 from plan p where p.id = $1::bigint and p.archived_at is null)
  returning a.plan_id, a.id, a.reported_by
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from saved
)
insert into status_report (plan_id, action_id, status, progress, confidence, comment, reason, done_on,
                           carried_plan, carried_measure, nothing_new, person_id)
select v.plan_id, v.id, s.status, s.progress, s.confidence, s.comment, s.reason, s.done_on,
       s.carried_plan, s.carried_measure, $5::boolean, v.reported_by
  from saved v, state s
returning id;
