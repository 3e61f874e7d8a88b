-- One milestone.
-- $1 plan bigint   $2 action number   $3 milestone bigint   $4 as_of or null for now   $5 lang
-- No row: no such milestone of this action, or not yet at as_of.
select m.version, 0 as changes, milestone_json(m, $5::text)::text as body
  from action a
 cross join lateral milestone_of(a.id, $4::timestamptz) m
 where a.plan_id = $1::bigint and a.number = $2 and m.id = $3::bigint;
