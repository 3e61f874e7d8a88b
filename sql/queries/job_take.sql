-- Takes the work of one plan: deletes all its marks that can be seen and are due, of the
-- plan that waits longest among those that nobody works on.  Runs in the transaction of the
-- refresh: until that commits, readers still see the marks, and a worker that dies leaves them.
-- The lock orders the workers: two at once would write an older state over a newer one.
-- `whole`: the plan's actions may have changed; `plugins`: the indicators that were marked by themselves.
-- No row: nothing to do, or another worker is at it.
with waiting as materialized (
  select plan_id from job
   where kind in ('refresh', 'later') and plan_id is not null and not_before <= clock_timestamp()
   group by plan_id order by min(id)
), mine as materialized (
  select plan_id from waiting
   where pg_try_advisory_xact_lock(hashtextextended('refresh', plan_id)) limit 1
), seen as materialized (
  select j.id from job j join mine on mine.plan_id = j.plan_id
   where j.kind in ('refresh', 'later') and j.not_before <= clock_timestamp()
     for update of j skip locked
), taken as (
  delete from job where id in (select id from seen) returning plan_id, kind, attempts, plugin_id
)
select plan_id, max(attempts) as attempts, bool_or(kind = 'refresh') as fresh,
       bool_or(kind = 'refresh' and plugin_id is null) as whole,
       coalesce(string_agg(distinct plugin_id::text, ' '), '') as plugins
  from taken group by plan_id;
