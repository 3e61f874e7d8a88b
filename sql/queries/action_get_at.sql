-- One action as GET …/actions/{number} answers it, as it was known at an instant.
-- $1 plan bigint   $2 number   $3 as_of   $4 today   $5 lang   $6 jsonb: a sentence for each code of disagreement
-- No row: no such action, or not known yet.
select version, changes, body
  from action_document_at($1::bigint, $2::text, $3::timestamptz, $4::date, $5::text, $6::jsonb);
