-- Changes the fields given of a blocker, closes or reopens it, if nobody changed it since.
-- $1 blocker bigint   $2 version bigint   $3 fields jsonb: kind, title, description, decision_needed,
--   decision_from (code), closed_on, closed_reason
-- No row: the version moved on.
with saved as (
  update blocker b
     set kind = coalesce(f ->> 'kind', b.kind),
         title = coalesce(f ->> 'title', b.title),
         description = case when f ? 'description' then f ->> 'description' else b.description end,
         decision_needed = case when f ? 'decision_needed' then f ->> 'decision_needed' else b.decision_needed end,
         decision_from_id = case when f ? 'decision_from'
           then (select id from organisation where code = f ->> 'decision_from') else b.decision_from_id end,
         closed_on = case when f ? 'closed_on' then (f ->> 'closed_on')::date else b.closed_on end,
         closed_reason = case when f ? 'closed_reason' then f ->> 'closed_reason' else b.closed_reason end,
         version = b.version + 1
    from (select $3::jsonb as f) given
   where b.id = $1::bigint and b.version = $2::bigint
  returning b.plan_id, b.id
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from saved
)
select id from saved;
