-- Withdraws a target if nobody changed it since.
-- $1 target bigint   $2 version bigint   $3 reason
-- No row: the version moved on.
update target t
   set withdrawn_at = now(), set_at = now(), set_by = vigie_person(), change_reason = $3::text, version = t.version + 1
 where t.id = $1::bigint and t.version = $2::bigint
returning t.id;
