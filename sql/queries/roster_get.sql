-- One seat of the roster.
-- $1 plan bigint   $2 seat bigint   $3 lang
-- No row: the plan has no such seat.
select r.version, json_build_object('id', r.id, 'kind', r.kind, 'organisation', organisation_json(r.organisation_id, $3, null),
         'territories', r.territories, 'person', person_json(r.person_id), 'reason', r.reason, 'from_on', r.from_on,
         'until_on', r.until_on, 'version', r.version)::text as body
  from roster r where r.plan_id = $1::bigint and r.id = $2::bigint;
