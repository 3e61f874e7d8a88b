-- A budget line as a write must know it.
-- $1 plan bigint   $2 action number   $3 line bigint
-- No row: no such line of this action.
select b.id, b.version, p.archived_at is not null as archived
  from action a
  join plan p on p.id = a.plan_id
  join budget_line b on b.action_id = a.id and b.id = $3::bigint
 where a.plan_id = $1::bigint and a.number = $2;
