-- A status report as its withdrawal must know it.
-- $1 plan bigint   $2 action number   $3 report bigint
-- `may`: this person coordinates the plan, or wrote it and may still report there.
-- No row: no such report of this action.
select r.action_id, r.deployment_id, d.territory, o.code as organisation, p.archived_at is not null as archived,
       vigie_coordinates(r.plan_id)
       or r.person_id = vigie_person()
          and vigie_may_report(r.plan_id, r.action_id, d.territory, d.organisation_id) as may
  from action a
  join plan p on p.id = a.plan_id
  join status_report r on r.action_id = a.id and r.id = $3::bigint
  left join action_deployment d on d.id = r.deployment_id
  left join organisation o on o.id = d.organisation_id
 where a.plan_id = $1::bigint and a.number = $2;
