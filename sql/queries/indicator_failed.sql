-- Remembers that an indicator could not be computed; its values and their date stay.  After the third
-- failure the plan tries it no more with this version; once that holds for every plan that computes it, the
-- plugin is in quarantine.  Gives the number of failures of this version in a row, in this engine,
-- and whether it rests on sensitive counts.
-- $1 plan   $2 plugin   $3 version that fails   $4 finding, {"fr", "en"}
-- $5 the same without figures: everybody reads it, also of an indicator that rests on sensitive counts
-- $6 a figure is at fault, not the plugin: it waits for another one, and that is no step to quarantine
-- $7 engine
with failed as (
  insert into indicator_refresh as r (plan_id, plugin_id, failed_since, failures, finding, failed_version_id, failed_engine)
  select $1::bigint, $2::bigint, clock_timestamp(), 1,
         case when indicator_sensitive(v.metadata) then $5::jsonb else $4::jsonb end, v.id, $7::integer
    from plugin_version v where v.id = $3::bigint
  on conflict (plan_id, plugin_id) do update
     set failed_since = coalesce(r.failed_since, excluded.failed_since),
         failures = case when r.failed_version_id = $3::bigint and r.failed_engine = $7::integer and not $6::boolean
                         then r.failures + 1 else 1 end,
         finding = excluded.finding, failed_version_id = $3::bigint, failed_engine = $7::integer
  returning failures
), stopped as (
  update plugin set state = 'quarantined'
   where id = $2::bigint and state = 'published' and (select failures >= 3 from failed)
     and not exists (select 1 from indicator_refresh o join plan p on p.id = o.plan_id
                      where o.plugin_id = $2::bigint and o.plan_id <> $1::bigint and p.archived_at is null
                        and (o.failures < 3 or o.failed_version_id is distinct from $3::bigint
                             or o.failed_engine is distinct from $7::integer))
)
select f.failures, indicator_sensitive(v.metadata) as sensitive from failed f, plugin_version v where v.id = $3::bigint;
