-- Keeps what is being typed, as typed, if this person answers for the unit, its report is at the version named and may
-- still be answered, and its rules were asked or there are none.  The caller holds the report.
-- $1 plan bigint   $2 period   $3 territory   $4 organisation code   $5 version bigint   $6 today
-- $7 body jsonb   $8 the rules were asked boolean   $9 what they said jsonb, null when they could not be asked
-- No row: one of these is not so; campaign_report_find tells which.  `begun`: it is the first word of this report.
with kept as (
  select e.id, e.plan_id, r.id is null as begun
    from campaign c
    join plan p on p.id = c.plan_id and p.archived_at is null
    join expectation e on e.campaign_id = c.id and e.territory = $3 and e.exempt_reason is null
    join organisation o on o.id = e.organisation_id and o.code = $4
    left join report r on r.expectation_id = e.id
    left join report_draft d on d.expectation_id = e.id
   where c.plan_id = $1::bigint and c.period = $2 and c.closed_at is null and c.opens_on <= $6::date
     and 1 + coalesce(r.version, 0) + coalesce(d.version, 0) = $5::bigint
     and (r.id is null or r.state in ('draft', 'returned') or r.state = 'submitted' and r.nothing_new)
     and vigie_answers(c.plan_id, e.organisation_id, e.territory)
     and ($8::boolean or not exists (select 1 from campaign_rules(c)))
), begun as (
  insert into report (plan_id, expectation_id, state) select k.plan_id, k.id, 'draft' from kept k where k.begun
)
insert into report_draft as d (expectation_id, plan_id, body, findings, saved_by)
select k.id, k.plan_id, $7::jsonb, $9::jsonb, vigie_person() from kept k
on conflict (expectation_id) do update
   set body = excluded.body, findings = excluded.findings, saved_at = now(), saved_by = excluded.saved_by, version = d.version + 1
returning $5::bigint + 1 + (select k.begun::int from kept k) as version, (select k.begun from kept k) as begun;
