-- Keeps the status reports of a file and gives each action and deployment the state that its report declares, if nobody
-- changed it since and this person may.  History and journal follow by trigger.
-- $1 plan bigint   $2 rows jsonb: number, territory, organisation (both null: the action itself), version and the state
-- One row: how many were kept.  Fewer than were given: something moved, and nothing may be committed.
with given as materialized (
  select r.*, a.id as action_id, d.id as deployment_id
    from jsonb_to_recordset($2::jsonb) as r (number text, territory text, organisation text, version bigint, status text,
         progress smallint, confidence text, comment text, reason text, done_on date, carried_plan text, carried_measure text)
    join action a on a.plan_id = $1::bigint and a.number = r.number
    left join organisation o on o.code = r.organisation
    left join action_deployment d on d.action_id = a.id and d.territory = r.territory and d.organisation_id = o.id
), actions as (
  update action a
     set status = g.status, progress = g.progress, confidence = g.confidence, comment = g.comment, reason = g.reason,
         done_on = g.done_on, carried_plan = g.carried_plan, carried_measure = g.carried_measure,
         reported_at = now(), reported_by = vigie_person(), version = a.version + 1, change_reason = g.reason
    from given g
   where g.territory is null and a.id = g.action_id and a.version = g.version
     and vigie_may_report(a.plan_id, a.id, null, null)
  returning a.id
), deployed as (
  update action_deployment d
     set status = g.status, progress = g.progress, confidence = g.confidence, comment = g.comment, reason = g.reason,
         done_on = g.done_on, carried_plan = g.carried_plan, carried_measure = g.carried_measure,
         reported_at = now(), reported_by = vigie_person(), version = d.version + 1
    from given g
   where d.id = g.deployment_id and d.version = g.version
  returning d.id
), reported as (
  insert into status_report (plan_id, action_id, deployment_id, status, progress, confidence, comment, reason, done_on,
                             carried_plan, carried_measure, nothing_new, person_id)
  select $1::bigint, g.action_id, g.deployment_id, g.status, g.progress, g.confidence, g.comment, g.reason, g.done_on,
         g.carried_plan, g.carried_measure, false, vigie_person()
    from given g
   where g.territory is null and g.action_id in (select id from actions)
      or g.deployment_id in (select id from deployed)
  returning id
), marked as (
  insert into job (kind, plan_id) select 'refresh', $1::bigint where exists (select 1 from reported)
)
select count(*) from reported;
