-- One measure with who carries it, its actions, and its course month after month.
-- $1 plan bigint   $2 number   $3 as_of or null for now   $4 today   $5 lang
-- No row: the plan has no such measure, or had none then.
with q as materialized (
  select $1::bigint as plan, $3::timestamptz as as_of, $5::text as lang,
         as_of_day($1::bigint, $3::timestamptz, $4::date) as on_day
), m as materialized (
  select x.id as measure_id, x.item, v.*
    from q cross join lateral plan_measures(q.plan, q.as_of, q.lang, q.on_day) x
    join measure_at($1::bigint, $3::timestamptz) v on v.id = x.id
   where x.number = $2::text
), carried as materialized (
  select s.role, s.id, organisation_json(s.organisation_id, q.lang, $3::timestamptz) as organisation
    from q, m, assignment_at($1::bigint, $3::timestamptz) s
   where s.measure_id = m.measure_id and s.until_on is null
)
select m.version, (m.item::jsonb || jsonb_build_object(
         'title_fr', m.title_fr, 'title_en', m.title_en, 'basis', m.basis, 'weight', m.weight, 'version', m.version,
         'planned', plan_planned($1::bigint, $3::timestamptz, (select q.on_day from q), m.measure_id),
         'trajectory', (select json_agg(json_build_object('period', t.period, 'planned', t.planned, 'actual', t.actual)
                                        order by t.period)
            from q, plan_trajectory($1::bigint, $3::timestamptz, q.on_day, m.measure_id) t),
         'co_leads', coalesce((select json_agg(c.organisation order by c.id) from carried c where c.role = 'co_lead'), '[]'),
         'partners', coalesce((select json_agg(c.organisation order by c.id) from carried c where c.role = 'partner'), '[]'),
         'actions', (m.item -> 'actions')::jsonb || jsonb_build_object('items', coalesce(
            (select json_agg(a.item order by a.sort_key)
               from q cross join lateral plan_actions(q.plan, q.as_of, q.lang, q.on_day) a
              where a.measure_id = m.measure_id), '[]'))))::text as body
  from m;
