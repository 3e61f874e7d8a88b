-- Says that an import was written, with the journal.
-- $1 import bigint   $2 plan bigint
-- One row: its id.
with done as (
  update import set committed_at = now(), plan_id = $2::bigint
   where id = $1::bigint and committed_at is null
  returning id, plan_id, kind, sha256, rows
), told as (
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number, after)
  select vigie_person(), current_setting('vigie.request', true), d.plan_id, 'commit', 'import', d.id, d.kind,
         jsonb_build_object('sha256', d.sha256, 'rows', d.rows)
    from done d
)
select id from done;
