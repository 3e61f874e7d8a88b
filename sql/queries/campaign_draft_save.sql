-- Keeps what is being typed, as typed.  The caller holds the report and knows its version.
-- $1 expectation bigint   $2 body jsonb   $3 what the rules said of it jsonb, null when they were not asked
with begun as (
  insert into report (plan_id, expectation_id, state)
  select e.plan_id, e.id, 'draft' from expectation e
   where e.id = $1::bigint and not exists (select 1 from report r where r.expectation_id = e.id)
)
insert into report_draft as d (expectation_id, plan_id, body, findings, saved_by)
select e.id, e.plan_id, $2::jsonb, $3::jsonb, vigie_person() from expectation e where e.id = $1::bigint
on conflict (expectation_id) do update
   set body = excluded.body, findings = excluded.findings, saved_at = now(), saved_by = excluded.saved_by, version = d.version + 1
returning expectation_id;
