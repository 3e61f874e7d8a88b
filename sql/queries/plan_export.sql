-- A plan as plan/1, the format of import and export; nulls are left out.
-- $1 plan code   $2 as of, null: now   $3 boolean: with what was declared
-- Gives id, version, body.  No row: no such plan, or not yet at that instant.
with p as materialized (
  select v.* from plan t cross join lateral plan_at(t.id, $2::timestamptz) v where t.code = $1
), carried as materialized (
  select a.measure_id, a.action_id,
         max(o.code) filter (where a.role = 'lead') as lead,
         json_agg(o.code order by a.id) filter (where a.role = 'co_lead') as co_leads,
         json_agg(o.code order by a.id) filter (where a.role = 'partner') as partners
    from p cross join lateral assignment_at(p.id, $2::timestamptz) a
    join organisation o on o.id = a.organisation_id
   where a.until_on is null
   group by a.measure_id, a.action_id
), m as materialized (
  select v.* from p cross join lateral measure_at(p.id, $2::timestamptz) v
), x as materialized (
  select v.* from p cross join lateral action_at(p.id, $2::timestamptz) v
), deployed as materialized (
  select d.*, o.code from p cross join lateral action_deployment_at(p.id, $2::timestamptz) d
    join organisation o on o.id = d.organisation_id
), deployments as (
  select action_id, json_agg(json_build_object('organisation', code, 'territories', territories) order by code) as list
    from (select action_id, code, json_agg(territory order by territory) as territories
            from deployed group by action_id, code) g
   group by action_id
), declared as (
  select action_id, json_agg(json_build_object('territory', territory, 'organisation', code,
         'status', status, 'progress', progress, 'confidence', confidence, 'comment', comment, 'reason', reason,
         'done_on', done_on, 'carried_to', case when carried_plan is not null then
           json_build_object('plan', carried_plan, 'measure', carried_measure) end) order by territory, code) as list
    from deployed where $3::boolean and reported_at is not null
   group by action_id
), milestones as (
  select v.action_id, json_agg(json_build_object('title_fr', v.title_fr, 'title_en', v.title_en,
         'initial_due_on', v.initial_due_on, 'due_on', v.due_on, 'done_on', v.done_on)
         order by v.due_on, v.title_fr) as list
    from p cross join lateral milestone_at(p.id, $2::timestamptz) v
   group by v.action_id
), budgets as (
  select v.action_id, json_agg(json_build_object('funding', nullif(v.funding, ''), 'planned', v.planned,
         'committed', v.committed, 'spent', v.spent, 'currency', v.currency) order by v.funding) as list
    from p cross join lateral budget_line_at(p.id, $2::timestamptz) v
   group by v.action_id
), used as (
  select lead_id as id from p
  union select a.organisation_id from p cross join lateral assignment_at(p.id, $2::timestamptz) a
         where a.until_on is null
  union select organisation_id from deployed
)
select p.id, p.version, json_strip_nulls(json_build_object(
  'format', 'plan/1', 'code', p.code, 'title_fr', p.title_fr, 'title_en', p.title_en,
  'lead', (select o.code from organisation o where o.id = p.lead_id),
  'start_on', p.start_on, 'end_on', p.end_on, 'time_zone', p.time_zone, 'stale_after_days', p.stale_after_days,
  'expected', json_build_object('objectives', p.expected_objectives, 'measures', p.expected_measures,
                                'actions', p.expected_actions),
  'origin_note_fr', p.origin_note_fr, 'origin_note_en', p.origin_note_en, 'sources', p.sources,
  'organisations', coalesce((select json_agg(json_build_object('code', o.code, 'name_fr', o.name_fr,
      'name_en', o.name_en, 'kind', o.kind) order by o.code)
      from organisations_at($2::timestamptz) o where o.id in (select id from used)), '[]'),
  'objectives', coalesce((select json_agg(json_build_object('number', b.number, 'title_fr', b.title_fr,
      'title_en', b.title_en, 'origin', b.origin) order by b.sort_key)
      from objective_at(p.id, $2::timestamptz) b), '[]'),
  'measures', coalesce((select json_agg(json_build_object('number', m.number, 'objective', b.number,
      'title_fr', m.title_fr, 'title_en', m.title_en, 'origin', m.origin, 'basis', m.basis,
      'flagship', m.flagship, 'weight', m.weight,
      'lead', c.lead, 'co_leads', c.co_leads, 'partners', c.partners) order by m.sort_key)
      from m join objective b on b.plan_id = p.id and b.id = m.objective_id left join carried c on c.measure_id = m.id), '[]'),
  'actions', coalesce((select json_agg(json_build_object('number', x.number, 'measure', m.number,
      'title_fr', x.title_fr, 'title_en', x.title_en, 'origin', x.origin, 'level', x.level, 'weight', x.weight,
      'deliverable_fr', x.deliverable_fr, 'deliverable_en', x.deliverable_en,
      'start_on', x.start_on, 'initial_due_on', x.initial_due_on, 'due_on', x.due_on,
      'lead', c.lead, 'co_leads', c.co_leads, 'partners', c.partners,
      'milestones', ms.list, 'budget', bl.list, 'deployments', d.list,
      'declared', case when $3::boolean then json_build_object('status', x.status, 'progress', x.progress,
         'confidence', x.confidence, 'comment', x.comment, 'reason', x.reason, 'done_on', x.done_on,
         'carried_to', case when x.carried_plan is not null then
           json_build_object('plan', x.carried_plan, 'measure', x.carried_measure) end) end,
      'deployments_declared', dd.list) order by x.sort_key)
      from x join measure m on m.plan_id = p.id and m.id = x.measure_id left join carried c on c.action_id = x.id
      left join milestones ms on ms.action_id = x.id left join budgets bl on bl.action_id = x.id
      left join deployments d on d.action_id = x.id left join declared dd on dd.action_id = x.id), '[]')))::text
    as body
  from p;
