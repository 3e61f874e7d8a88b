-- The file of a piece of evidence.
-- $1 plan bigint   $2 action number   $3 evidence bigint
-- No row: no such evidence of this action, or a link.
select e.file_name, e.media_type, e.sha256, e.bytes
  from action a
  join evidence e on e.action_id = a.id and e.id = $3::bigint and e.bytes is not null
 where a.plan_id = $1::bigint and a.number = $2;
