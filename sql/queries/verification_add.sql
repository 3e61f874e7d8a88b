-- Keeps what was found of an action, if it is done and nobody changed it since.
-- $1 action bigint   $2 version bigint   $3 verified boolean   $4 remark or null
-- No row: the version moved on, or it is not done.
insert into verification (plan_id, action_id, declared_at, verified, remark)
select a.plan_id, a.id, a.reported_at, $3::boolean, $4
  from action a
 where a.id = $1::bigint and a.version = $2::bigint and a.status = 'done' and a.reported_at is not null
returning id;
