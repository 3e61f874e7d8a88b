-- Illustrative targets of a plan that has none: no official document says so, and each says that.  With them, which
-- indicators tell of which measures, by the numbers of the plan that comes with the server.
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
   '[{"period": "2024-12", "value": 2000}, {"period": "2025-12", "value": 7000}]')
), fresh as materialized (
  select from (values (1)) x where not exists (select from target t where t.plan_id = $1::bigint)
), linked as (
  insert into measure_indicator (plan_id, measure_id, plugin_id)
  select m.plan_id, m.id, g.id
    from fresh, (values ('6', 'training.participants'), ('7', 'referents.covered'), ('7', 'reports.completeness'),
                        ('8', 'victims.share_minors'), ('17', 'shelter.response_rate'), ('21', 'clients.fines_trend')) w (number, code)
    join measure m on m.plan_id = $1::bigint and m.number = w.number
    join plugin g on g.code = w.code
  on conflict do nothing
)
insert into target (plan_id, plugin_id, territory, baseline, baseline_period, value, period, path, steps, source, origin)
select $1::bigint, g.id, w.territory, w.baseline, w.baseline_period, w.value, w.period, w.path, w.steps::jsonb,
       'Cible illustrative de démonstration : elle n’engage personne.', 'illustrative'
  from fresh, wanted w join plugin g on g.code = w.code
returning id;
