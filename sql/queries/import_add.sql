-- Keeps what a file would change, with the journal; the person's own that nobody committed in time go.
-- $1 plan bigint, null: the plan is new   $2 kind   $3 series code or null   $4 file name or null
-- $5 sha256   $6 rows integer   $7 content json   $8 preview json   $9 basis   $10 refused integer
-- $11 version of the mapper that read it bigint, or null
-- One row: its id.
with gone as (
  delete from import where person_id = vigie_person() and committed_at is null and expires_at < now()
), added as (
  insert into import (plan_id, kind, series_id, file_name, sha256, rows, content, preview, basis, refused,
                      mapper_version_id)
  select $1::bigint, $2, (select s.id from series s where s.code = $3), $4, $5, $6::integer, $7::json, $8::json, $9,
         $10::integer, $11::bigint
  returning id, plan_id, kind, sha256, rows, refused
), told as (
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number, after)
  select vigie_person(), current_setting('vigie.request', true), a.plan_id, 'insert', 'import', a.id, a.kind,
         jsonb_build_object('sha256', a.sha256, 'rows', a.rows, 'refused', a.refused)
    from added a
)
select id from added;
