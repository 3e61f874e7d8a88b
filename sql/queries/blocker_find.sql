-- A blocker as a write must know it.
-- $1 plan bigint   $2 action number   $3 blocker bigint
-- `may`: this person may report where it stands in the way.
-- No row: no such blocker of this action.
select b.id, b.version, b.opened_on, b.closed_on, b.closed_reason, p.archived_at is not null as archived,
       vigie_may_report(b.plan_id, b.action_id, b.territory, b.organisation_id) as may
  from action a
  join plan p on p.id = a.plan_id
  join blocker b on b.action_id = a.id and b.id = $3::bigint
 where a.plan_id = $1::bigint and a.number = $2;
