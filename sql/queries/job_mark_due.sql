-- Marks for a refresh each plan with an indicator that was never computed, whose values are of
-- another day, whose active version is another than that of its values, or that a former engine
-- computed (not a later one: two servers side by side do not mark each other's work).  Plans that already
-- wait are left alone, and so is an indicator that fails: its retry waits in the queue, or the
-- version or the engine has to change.  A row for each plan marked.
-- $1 today, or null for the real day of each plan   $2 engine
insert into job (kind, plan_id)
select 'refresh', p.id
  from plan p
 where p.archived_at is null
   and not exists (select 1 from job j where j.kind = 'refresh' and j.plan_id = p.id)
   and exists (
     select 1
       from plugin g join plugin_version v on v.plugin_id = g.id and v.active
       left join indicator_refresh r on r.plan_id = p.id and r.plugin_id = g.id
      where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
        and g.on_disk is distinct from 'broken'
        and case when r.failed_since is not null
                 then r.failed_version_id is distinct from v.id or coalesce(r.failed_engine, 0) < $2::integer
                 else r.day is distinct from coalesce($1::date, (now() at time zone p.time_zone)::date)
                   or r.version_id is distinct from v.id or coalesce(r.engine, 0) < $2::integer end)
returning plan_id;
