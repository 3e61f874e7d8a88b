-- Writes budget lines, new or changed.
-- $1 plan bigint   $2 jsonb: list of budget lines
insert into budget_line as b (plan_id, action_id, funding, planned, committed, spent, currency)
select $1::bigint, a.id, coalesce(d.funding, ''), d.planned, d.committed, d.spent, coalesce(d.currency, 'EUR')
  from jsonb_to_recordset($2::jsonb) as d (action text, funding text, planned numeric, committed numeric,
       spent numeric, currency text)
  join action a on a.plan_id = $1::bigint and a.number = d.action
 order by number_key(d.action)
on conflict (action_id, funding) do update set planned = excluded.planned, committed = excluded.committed,
       spent = excluded.spent, currency = excluded.currency, version = b.version + 1;
