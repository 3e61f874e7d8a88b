-- A milestone as a write must know it.
-- $1 plan bigint   $2 action number   $3 milestone bigint
-- `may`: this person may report on the action.
-- No row: no such milestone of this action.
select m.id, m.version, m.due_on, p.archived_at is not null as archived,
       vigie_may_report(m.plan_id, m.action_id, null, null) as may
  from action a
  join plan p on p.id = a.plan_id
  join milestone m on m.action_id = a.id and m.id = $3::bigint
 where a.plan_id = $1::bigint and a.number = $2;
