-- Deploys actions where they are not deployed yet.
-- $1 plan bigint   $2 jsonb: list of {action, organisation, territories}
insert into action_deployment (plan_id, action_id, territory, organisation_id)
select $1::bigint, a.id, t.territory, o.id
  from jsonb_to_recordset($2::jsonb) as d (action text, organisation text, territories text[])
  cross join lateral unnest(d.territories) as t (territory)
  join action a on a.plan_id = $1::bigint and a.number = d.action
  join organisation o on o.code = d.organisation
 order by a.sort_key, t.territory, o.code
on conflict (action_id, territory, organisation_id) do nothing;
