-- Changes the fields given of a campaign, if nobody changed it since.
-- $1 campaign bigint   $2 version bigint   $3 fields jsonb: opens_on, due_on, expects, deployments, reason,
--   closed (true: closes it; false: opens it again)
-- No row: the version moved on.
with saved as (
  update campaign c
     set opens_on = coalesce((f ->> 'opens_on')::date, c.opens_on), due_on = coalesce((f ->> 'due_on')::date, c.due_on),
         expects = coalesce(f -> 'expects', c.expects), deployments = coalesce((f ->> 'deployments')::boolean, c.deployments),
         closed_at = case (f ->> 'closed')::boolean when true then coalesce(c.closed_at, now()) when false then null
                                                    else c.closed_at end,
         change_reason = f ->> 'reason', version = c.version + 1
    from (select $3::jsonb as f) given
   where c.id = $1::bigint and c.version = $2::bigint
  returning c.id, c.plan_id
), marked as ( -- what tells how complete and how timely the answers are
  insert into job (kind, plan_id, plugin_id) select 'refresh', saved.plan_id, i.id from saved cross join indicators_of_kind('roster') i (id)
)
select id from saved;
