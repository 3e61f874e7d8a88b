-- Deploys an action in a territory by an organisation, unless it is there already.
-- $1 action bigint   $2 territory   $3 organisation code
-- No row: it was there.
with added as (
  insert into action_deployment (plan_id, action_id, territory, organisation_id)
  select a.plan_id, a.id, $2, o.id from action a, organisation o where a.id = $1::bigint and o.code = $3
  on conflict (action_id, territory, organisation_id) do nothing
  returning plan_id, id
), touched as (
  update action a set version = a.version + 1, change_reason = null from added where a.id = $1::bigint
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from added
)
select id from added;
