-- Remembers that an indicator was computed; an earlier failure is over, and with it a quarantine,
-- which says that it fails everywhere.
-- $1 plan   $2 plugin   $3 version   $4 day that the values are of   $5 engine
-- $6 first period that was computed, null: none
with released as (
  update plugin set state = 'published' where id = $2::bigint and state = 'quarantined'
)
insert into indicator_refresh as r (plan_id, plugin_id, version_id, refreshed_at, day, engine, engine_from)
values ($1::bigint, $2::bigint, $3::bigint, clock_timestamp(), $4::date, $5::integer, $6::text)
on conflict (plan_id, plugin_id) do update
   set version_id = excluded.version_id, refreshed_at = excluded.refreshed_at, day = excluded.day,
       engine = excluded.engine,
       engine_from = case when r.engine = excluded.engine and r.version_id = excluded.version_id
                          then least(r.engine_from collate "C", excluded.engine_from) else excluded.engine_from end,
       failed_since = null, failures = 0, finding = null, failed_version_id = null, failed_engine = null;
