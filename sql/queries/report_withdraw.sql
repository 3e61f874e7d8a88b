-- Withdraws a report and gives its action or deployment the state of the latest report that
-- stands, or the initial one.  The caller holds the row (action_lock, deployment_lock).
-- $1 report bigint   $2 reason
-- No row: it is withdrawn already.
with target as (
  select r.* from status_report r
   where r.id = $1::bigint
     and not exists (select 1 from status_report_withdrawal w where w.report_id = r.id)
), withdrawn as (
  insert into status_report_withdrawal (report_id, plan_id, person_id, reason)
  select id, plan_id, vigie_person(), $2 from target
  returning report_id
), last as (
  select r.* from target t
    join status_report r on r.action_id = t.action_id and r.deployment_id is not distinct from t.deployment_id
   where r.id <> t.id
     and not exists (select 1 from status_report_withdrawal w where w.report_id = r.id)
   order by r.recorded_at desc, r.id desc
   limit 1
), state as (
  select t.plan_id, t.action_id, t.deployment_id, coalesce(l.status, 'not_started') as status, l.progress,
         l.confidence, l.comment, l.reason, l.done_on, l.carried_plan, l.carried_measure, l.recorded_at, l.person_id
    from target t left join last l on true
), saved_action as (
  update action a
     set status = s.status, progress = s.progress, confidence = s.confidence, comment = s.comment, reason = s.reason,
         done_on = s.done_on, carried_plan = s.carried_plan, carried_measure = s.carried_measure,
         reported_at = s.recorded_at, reported_by = s.person_id, change_reason = $2, version = a.version + 1
    from state s
   where a.id = s.action_id and s.deployment_id is null
), saved_deployment as (
  update action_deployment d
     set status = s.status, progress = s.progress, confidence = s.confidence, comment = s.comment, reason = s.reason,
         done_on = s.done_on, carried_plan = s.carried_plan, carried_measure = s.carried_measure,
         reported_at = s.recorded_at, reported_by = s.person_id, version = d.version + 1
    from state s
   where d.id = s.deployment_id
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from target
)
select report_id from withdrawn;
