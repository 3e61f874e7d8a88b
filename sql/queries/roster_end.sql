-- Ends a seat, or moves the day on which it ends, if nobody changed it since.
-- $1 plan bigint   $2 seat bigint   $3 version bigint   $4 until_on or null
-- No row: the version moved on.
update roster r set until_on = $4::date, version = r.version + 1
 where r.plan_id = $1::bigint and r.id = $2::bigint and r.version = $3::bigint
returning r.id;
