-- One budget line.
-- $1 plan bigint   $2 action number   $3 line bigint   $4 as_of or null for now   $5 lang
-- No row: no such line of this action, or not yet at as_of.
select b.version, 0 as changes, budget_json(b)::text as body
  from action a
 cross join lateral budget_line_of(a.id, $4::timestamptz) b
 where a.plan_id = $1::bigint and a.number = $2 and b.id = $3::bigint and $5::text is not null;
