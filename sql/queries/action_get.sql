-- One action as GET …/actions/{number} answers it, as it is now.
-- $1 plan bigint   $2 number   $3 today   $4 lang   $5 jsonb: a sentence for each code of disagreement
-- No row: no such action.
select version, changes, body
  from action_document_now($1::bigint, $2::text, null, $3::date, $4::text, $5::jsonb);
