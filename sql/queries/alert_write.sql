-- Keeps the states that differ from the last known ones, and that the alert was judged.
-- $1 plan   $2 plugin   $3 version   $4 day   $5 states as a JSON array
with given as materialized (
  select * from jsonb_to_recordset($5::jsonb) as s (level text, territory text, period text, state text, since text,
                                                    value double precision)
), last as materialized (
  select distinct on (s.territory, s.period) s.*
    from alert_state s
   where s.plan_id = $1::bigint and s.plugin_id = $2::bigint
   order by s.territory, s.period, s.known_from desc, s.id desc
), judged as (
  insert into indicator_refresh (plan_id, plugin_id, version_id, refreshed_at, day)
  values ($1::bigint, $2::bigint, $3::bigint, clock_timestamp(), $4::date)
  on conflict (plan_id, plugin_id) do update
     set version_id = excluded.version_id, refreshed_at = excluded.refreshed_at, day = excluded.day
)
insert into alert_state (plan_id, plugin_id, version_id, level, territory, period, state, since, value)
select $1::bigint, $2::bigint, $3::bigint, g.level, g.territory, g.period, g.state, g.since, g.value
  from given g left join last l using (territory, period)
 where l.id is null or l.version_id <> $3::bigint or (l.state, l.since) is distinct from (g.state, g.since)
    or not same_figure(l.value, g.value);
