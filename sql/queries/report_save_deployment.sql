-- Keeps a status report on a deployment and gives it the state declared, if nobody changed it
-- since.  History and journal follow by trigger.
-- $1 deployment bigint   $2 version bigint   $3 state jsonb   $4 nothing_new boolean
-- No row: the version moved on.
with state as (
  select * from jsonb_to_record($3::jsonb) as s (status text, progress smallint, confidence text, comment text,
    reason text, done_on date, carried_plan text, carried_measure text)
), saved as (
  update action_deployment d
     set (status, progress, confidence, comment, reason, done_on, carried_plan, carried_measure)
         = (select status, progress, confidence, comment, reason, done_on, carried_plan, carried_measure from state),
         reported_at = now(), reported_by = vigie_person(), version = d.version + 1
   where d.id = $1::bigint and d.version = $2::bigint
  returning d.plan_id, d.action_id, d.id, d.reported_by
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from saved
)
insert into status_report (plan_id, action_id, deployment_id, status, progress, confidence, comment, reason, done_on,
                           carried_plan, carried_measure, nothing_new, person_id)
select v.plan_id, v.action_id, v.id, s.status, s.progress, s.confidence, s.comment, s.reason, s.done_on,
       s.carried_plan, s.carried_measure, $4::boolean, v.reported_by
  from saved v, state s
returning id;
