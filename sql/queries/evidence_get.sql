-- One piece of evidence, without its bytes.
-- $1 plan bigint   $2 action number   $3 evidence bigint   $4 as_of or null for now
-- No row: no such evidence of this action, or not yet at as_of.
select e.version, person_changes(e.added_by) as changes, evidence_json(e)::text as body
  from action a
  join evidence e on e.action_id = a.id and e.id = $3::bigint
 where a.plan_id = $1::bigint and a.number = $2
   and ($4::timestamptz is null or e.added_at <= $4::timestamptz);
