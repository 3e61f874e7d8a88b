-- Remembers that an indicator was computed; an earlier failure is over.
-- $1 plan   $2 plugin   $3 version   $4 day that the values are of
insert into indicator_refresh (plan_id, plugin_id, version_id, refreshed_at, day)
values ($1::bigint, $2::bigint, $3::bigint, clock_timestamp(), $4::date)
on conflict (plan_id, plugin_id) do update
   set version_id = excluded.version_id, refreshed_at = excluded.refreshed_at, day = excluded.day,
       failed_since = null, failures = 0, finding = null, failed_version_id = null;
