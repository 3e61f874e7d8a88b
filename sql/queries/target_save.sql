-- Sets a target, or changes it if nobody did since; one that was withdrawn counts again.
-- $1 plan bigint   $2 indicator bigint   $3 territory   $4 version bigint, 0: there is none yet   $5 fields jsonb
-- No row: the version moved on.
insert into target as t (plan_id, plugin_id, territory, baseline, baseline_period, value, period, path, steps, source,
                         origin, change_reason)
select $1::bigint, $2::bigint, $3::text, f.baseline, f.baseline_period, f.value, f.period, f.path, f.steps, f.source,
       f.origin, f.reason
  from jsonb_to_record($5::jsonb) as f (baseline double precision, baseline_period text, value double precision,
                                        period text, path text, steps jsonb, source text, origin text, reason text)
on conflict on constraint target_once do update
   set baseline = excluded.baseline, baseline_period = excluded.baseline_period, value = excluded.value,
       period = excluded.period, path = excluded.path, steps = excluded.steps, source = excluded.source,
       origin = excluded.origin, change_reason = excluded.change_reason, withdrawn_at = null, set_at = now(),
       set_by = vigie_person(), version = t.version + 1
 where t.version = $4::bigint
returning t.id;
