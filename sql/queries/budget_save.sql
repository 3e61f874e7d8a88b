-- Changes the amounts given of a budget line, if nobody changed it since.
-- $1 line bigint   $2 version bigint   $3 fields jsonb: planned, committed, spent, currency
-- No row: the version moved on.
with saved as (
  update budget_line b
     set planned   = case when f ? 'planned' then (f ->> 'planned')::numeric else b.planned end,
         committed = case when f ? 'committed' then (f ->> 'committed')::numeric else b.committed end,
         spent     = case when f ? 'spent' then (f ->> 'spent')::numeric else b.spent end,
         currency  = case when f ? 'currency' then f ->> 'currency' else b.currency end,
         version   = b.version + 1
    from (select $3::jsonb as f) given
   where b.id = $1::bigint and b.version = $2::bigint
  returning b.id, b.plan_id
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from saved
)
select id from saved;
