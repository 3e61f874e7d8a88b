-- One status report.
-- $1 plan bigint   $2 action number   $3 report bigint   $4 as_of or null for now
-- No row: no such report of this action, or not yet at as_of.
select 1 + (select count(*) from status_report_withdrawal w where w.report_id = r.id) as version, person_changes(r.person_id)
       + coalesce((select person_changes(w.person_id) from status_report_withdrawal w where w.report_id = r.id), 0) as changes,
       report_json(r, $4::timestamptz)::text as body
  from action a
  join status_report r on r.action_id = a.id and r.id = $3::bigint
 where a.plan_id = $1::bigint and a.number = $2
   and ($4::timestamptz is null or r.recorded_at <= $4::timestamptz);
