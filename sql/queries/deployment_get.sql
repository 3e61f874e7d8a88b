-- One deployment as GET …/deployments/{territory}/{organisation} answers it.
-- $1 plan bigint   $2 action number   $3 territory   $4 organisation code
-- $5 as_of or null for now   $6 today   $7 lang
-- `changes` counts the changes of the action, its blockers and the names, which the answer also shows.
-- No row: not deployed there, or not yet at as_of.
select d.version, a.version - 1 + (select coalesce(sum(b.version), 0) from blocker_of(a.id, $5::timestamptz) b)
         + o.version - 1 + person_changes(d.reported_by) as changes,
       deployment_json(d, a, as_of_day($1::bigint, $5::timestamptz, $6::date), $5::timestamptz, $7::text)::text as body
  from action_one($1::bigint, $2, $5::timestamptz) a
  join action_deployment_of(a.id, $5::timestamptz) d on d.territory = $3
  join organisation o on o.id = d.organisation_id and o.code = $4;
