-- What a write must know of an action: its state, and whether this person may report on it.
-- $1 plan bigint   $2 number
-- `may`: on the action itself; `may_any`: on it or on one of its deployments.
-- No row: no such action.
select a.id, a.version, a.level, p.archived_at is not null as archived,
       a.status, a.progress, a.confidence, a.comment, a.reason, a.done_on, a.carried_plan, a.carried_measure,
       a.start_on, a.due_on, r.may,
       r.may or exists (select 1 from action_deployment d
                         where d.action_id = a.id
                           and vigie_may_report(a.plan_id, a.id, d.territory, d.organisation_id)) as may_any
  from action a
  join plan p on p.id = a.plan_id
 cross join lateral (select vigie_may_report(a.plan_id, a.id, null, null) as may) r
 where a.plan_id = $1::bigint and a.number = $2;
