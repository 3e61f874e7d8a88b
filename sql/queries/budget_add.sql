-- Adds a budget line to an action.
-- $1 action bigint   $2 fields jsonb: funding, planned, committed, spent, currency
with given as (
  select * from jsonb_to_record($2::jsonb) as f (funding text, planned numeric, committed numeric, spent numeric, currency text)
), added as (
  insert into budget_line (plan_id, action_id, funding, planned, committed, spent, currency)
  select a.plan_id, a.id, coalesce(g.funding, ''), g.planned, g.committed, g.spent, coalesce(g.currency, 'EUR')
    from action a, given g
   where a.id = $1::bigint
  returning id, plan_id
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from added
)
select id from added;
