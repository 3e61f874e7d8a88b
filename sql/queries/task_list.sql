-- What the person who asks must answer: actions and deployments that are late (once a month), stale, or on which an
-- open campaign wants a word; and the reports of their units in open campaigns, with what is being typed.
-- $1 plan bigint   $2 today   $3 lang   $4 all: also what waits for nothing, as long as it can be answered
with p as materialized (
  select p.id, p.start_on, p.stale_after_days, p.time_zone from plan p where p.id = $1::bigint
), scope as materialized (
  select s.organisation_id, s.territory from vigie_scope() s where s.plan_id = $1::bigint
), open as materialized (
  select c.* from campaign c where c.plan_id = $1::bigint and c.closed_at is null and c.opens_on <= $2::date
), mine as (
  select a.id as action_id, d.id as deployment_id, d.territory, d.organisation_id, d.status, d.progress, d.confidence,
         d.comment, d.reported_at, d.version
    from action_deployment d
    join scope s on s.organisation_id = d.organisation_id and s.territory = d.territory
    join action a on a.id = d.action_id
   where d.plan_id = $1::bigint and d.status in ('not_started', 'in_progress', 'on_hold')
  union all
  select a.id, null, null, null, a.status, a.progress, a.confidence, a.comment, a.reported_at, a.version
    from action a
   where a.plan_id = $1::bigint and a.status in ('not_started', 'in_progress', 'on_hold')
     and exists (select 1 from assignment r join scope s on s.organisation_id = r.organisation_id and s.territory = 'FR'
                  where r.plan_id = $1::bigint and r.action_id = a.id and r.until_on is null and r.role in ('lead', 'co_lead'))
), derived as (
  select m.*, (m.reported_at at time zone p.time_zone)::date as reported_on,
         is_late(m.status, a.due_on, $2::date) as late,
         is_stale(m.status, (m.reported_at at time zone p.time_zone)::date, coalesce(a.start_on, p.start_on),
                  p.stale_after_days, $2::date) as stale
    from p, mine m join action a on a.id = m.action_id
), asked as (
  select d.*, coalesce(d.deployment_id is not null and exists (
           select 1 from open c join expectation e on e.campaign_id = c.id
            where c.deployments and e.territory = d.territory and e.organisation_id = d.organisation_id
              and e.exempt_reason is null and coalesce(d.reported_on < c.opens_on, true)), false) as awaited
    from derived d
), units as (
  select c.period, c.due_on, u.*, o.kind, o.code as organisation, d.body as draft, d.saved_at, d.saved_by,
         1 + coalesce((u.r).version, 0) + coalesce(d.version, 0) as version
    from open c
   cross join lateral campaign_units(c, null, $2::date) u
    join scope s on s.organisation_id = u.organisation_id and s.territory = u.territory
    join organisation o on o.id = u.organisation_id
    left join report_draft d on d.expectation_id = u.expectation_id
   where u.state in ('expected', 'draft', 'returned') or $4::boolean and u.state in ('submitted', 'validated')
)
select json_build_object(
         'today', $2::date,
         'actions', coalesce((
           select json_agg(json_build_object(
                    'action', a.number, 'title', in_lang($3, a.title_fr, a.title_en), 'origin', a.origin, 'measure', m.number,
                    'territory', x.territory, 'name', in_lang($3, t.name_fr, t.name_en),
                    'organisation', organisation_json(x.organisation_id, $3, null),
                    'status', x.status, 'progress', x.progress, 'confidence', x.confidence, 'comment', x.comment,
                    'month_before', progress_said(x.action_id, x.deployment_id, now() - interval '1 month'),
                    'year_before', progress_said(x.action_id, x.deployment_id, now() - interval '1 year'),
                    'due_on', a.due_on, 'reported_at', instant_json(x.reported_at),
                    'late', x.late, 'stale', x.stale, 'awaited', x.awaited, 'version', x.version)
                  order by a.sort_key, x.territory nulls first, x.organisation_id)
             from asked x
             join action a on a.id = x.action_id
             join measure m on m.id = a.measure_id
             left join territory t on t.code = x.territory
            where x.late and coalesce(x.reported_on < date_trunc('month', $2::date), true)
               or x.stale or x.awaited or $4::boolean), '[]'),
         'reports', coalesce((
           select json_agg(json_build_object(
                    'period', u.period, 'due_on', u.due_on, 'territory', u.territory,
                    'name', in_lang($3, t.name_fr, t.name_en), 'organisation', organisation_json(u.organisation_id, $3, null),
                    'state', u.state, 'late', u.late, 'nothing_new', coalesce((u.r).nothing_new, false),
                    'comment', (u.r).comment,
                    'figures', (select report_figures(c, u.expectation_id, u.territory, u.organisation_id, u.kind, $3)
                                  from campaign c where c.plan_id = $1::bigint and c.period = u.period),
                    'draft', case when u.draft is not null then u.draft || jsonb_build_object(
                               'saved_at', instant_json(u.saved_at), 'saved_by', person_json(u.saved_by)) end,
                    'version', u.version)
                  order by u.due_on, u.period, u.territory, u.organisation)
             from units u join territory t on t.code = u.territory), '[]'))::text as body;
