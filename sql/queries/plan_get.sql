-- One plan with its counts.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang
-- No row: it was not there yet.
select d.version, d.body::text as body
  from plan_document($1::bigint, $2::timestamptz, $4::text, as_of_day($1::bigint, $2::timestamptz, $3::date)) d;
