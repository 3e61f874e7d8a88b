-- Takes work of one plan: deletes its most urgent marks that can be seen and are due, of the plan
-- that waits longest among those that nobody works on.  First what changed in its actions, then
-- indicators marked by themselves, then what can wait: a report never waits for a long history.  Runs in the transaction of the
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
), due as materialized (
  select j.id, case when j.kind = 'later' then 3 when j.plugin_id is null then 1 else 2 end as urgency
    from job j join mine on mine.plan_id = j.plan_id
   where j.kind in ('refresh', 'later') and j.not_before <= clock_timestamp()
), seen as materialized (
  select j.id from job j join due using (id)
   where due.urgency = (select min(urgency) from due)
     for update of j skip locked
), taken as (
  delete from job where id in (select id from seen) returning plan_id, kind, attempts, plugin_id
)
select plan_id, max(attempts) as attempts, bool_or(kind = 'refresh') as fresh,
       bool_or(kind = 'refresh' and plugin_id is null) as whole,
       coalesce(string_agg(distinct plugin_id::text, ' '), '') as plugins
  from taken group by plan_id;
