-- One blocker.
-- $1 plan bigint   $2 action number   $3 blocker bigint   $4 as_of or null for now   $5 lang
-- No row: no such blocker of this action, or not yet at as_of.
select b.version, blocker_changes(b) - b.version as changes, blocker_json(b, $5::text, $4::timestamptz)::text as body
  from action a
 cross join lateral blocker_of(a.id, $4::timestamptz) b
 where a.plan_id = $1::bigint and a.number = $2 and b.id = $3::bigint;
