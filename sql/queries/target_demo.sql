-- Illustrative targets of a plan that has none: no official document says so, and each says that.
-- $1 plan bigint
-- No row: the plan has targets already.
with wanted (code, territory, baseline, baseline_period, value, period, path, steps) as (values
  ('plan.progress', 'FR', 0::float8, '2024-06', 100::float8, '2026-12', 'linear', '[]'),
  ('plan.progress', '13', 0, '2024-06', 100, '2026-12', 'linear', '[]'),
  ('plan.progress', '59', 0, '2024-06', 100, '2026-12', 'linear', '[]'),
  ('plan.progress', '93', 0, '2024-06', 100, '2026-12', 'stepped',
   '[{"period": "2025-06", "value": 25}, {"period": "2025-12", "value": 50}, {"period": "2026-06", "value": 75}]'),
  ('plan.on_time', 'FR', 50, '2024-12', 80, '2026-12', 'linear', '[]'),
  ('plan.median_delay', 'FR', 120, '2025-06', 30, '2026-12', 'linear', '[]'),
  ('referents.covered', 'FR', 40, '2024-06', 100, '2025-12', 'linear', '[]'),
  ('reports.completeness', 'FR', 60, '2024-12', 95, '2026-12', 'linear', '[]'),
  ('shelter.response_rate', 'FR', 55, '2024-12', 75, '2026-12', 'linear', '[]'),
  ('training.participants', 'FR', 0, '2024-06', 12000, '2026-12', 'stepped',
   '[{"period": "2024-12", "value": 2000}, {"period": "2025-12", "value": 7000}]'))
insert into target (plan_id, plugin_id, territory, baseline, baseline_period, value, period, path, steps, source, origin)
select $1::bigint, g.id, w.territory, w.baseline, w.baseline_period, w.value, w.period, w.path, w.steps::jsonb,
       'Cible illustrative de démonstration : elle n’engage personne.', 'illustrative'
  from wanted w join plugin g on g.code = w.code
 where not exists (select from target t where t.plan_id = $1::bigint)
returning id;
