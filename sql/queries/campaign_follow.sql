-- Brings the units of a campaign to what the roster says: new ones are expected, exemptions follow unless the
-- unit has answered.  Units that the roster lost stay: what they were asked is not forgotten.
-- $1 campaign bigint
with c as (
  select c.*, (c.period || '-01')::date as from_on, ((c.period || '-01')::date + interval '1 month - 1 day')::date as to_on
    from campaign c where c.id = $1::bigint
), wanted as materialized (
  select c.plan_id, c.id as campaign_id, u.* from c cross join lateral roster_units(c.plan_id, null, c.from_on, c.to_on) u
), changed as (
  update expectation e set exempt_reason = w.exempt_reason, version = e.version + 1
    from wanted w
   where e.campaign_id = w.campaign_id and e.territory = w.territory and e.organisation_id = w.organisation_id
     and e.exempt_reason is distinct from w.exempt_reason
     and not exists (select 1 from report r where r.expectation_id = e.id and r.answered_at is not null)
  returning 1
), added as (
  insert into expectation (plan_id, campaign_id, territory, organisation_id, exempt_reason)
  select w.plan_id, w.campaign_id, w.territory, w.organisation_id, w.exempt_reason from wanted w
   where not exists (select 1 from expectation e where e.campaign_id = w.campaign_id and e.territory = w.territory
                        and e.organisation_id = w.organisation_id)
  returning 1
), marked as ( -- what tells how complete the answers are
  insert into job (kind, plan_id, plugin_id) select 'refresh', c.plan_id, i.id from c cross join indicators_of_kind('roster') i (id)
)
select (select count(*) from changed) as changed, (select count(*) from added) as added;
