-- The plan of a refresh.
-- $1 plan   $2 today, or null for the real day
select code, start_on, end_on, stale_after_days, time_zone,
       coalesce($2::date, (now() at time zone time_zone)::date) as today,
       archived_at is not null as archived
  from plan where id = $1::bigint;
