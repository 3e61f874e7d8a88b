-- Opens a campaign: whoever the roster has in the month is expected to answer, or exempt.
-- $1 plan bigint   $2 period   $3 opens_on, null for the first of the month   $4 due_on, null for the tenth of the next
-- $5 expects jsonb   $6 deployments boolean
-- Gives the campaign and how many units it has.
with m as (
  select ($2 || '-01')::date as from_on, (($2 || '-01')::date + interval '1 month')::date as next_on
), opened as (
  insert into campaign (plan_id, period, opens_on, due_on, expects, deployments)
  select $1::bigint, $2, coalesce($3::date, m.from_on), coalesce($4::date, greatest(m.next_on + 9, $3::date)), $5::jsonb,
         $6::boolean from m
  returning id, plan_id
), units as (
  insert into expectation (plan_id, campaign_id, territory, organisation_id, exempt_reason)
  select c.plan_id, c.id, u.territory, u.organisation_id, u.exempt_reason
    from opened c cross join m cross join roster_units($1::bigint, null, m.from_on, m.next_on - 1) u
  returning 1
), marked as ( -- what tells how complete the answers are
  insert into job (kind, plan_id, plugin_id) select 'refresh', opened.plan_id, i.id from opened cross join indicators_of_kind('roster') i (id)
)
select c.id, (select count(*) from units) as units from opened c;
