-- The actions of a plan and their deployments as the columns of a table, with what is declared of each.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang   $5 what is said of an illustrative title
-- No row: the plan was not there yet.
with q as materialized (
  select p.id, p.code, p.origin_note_fr, p.time_zone, as_of_day(p.id, $2::timestamptz, $3::date) as on_day,
         in_lang($4, p.title_fr, p.title_en) || ' (' || p.code || ')' as source,
         instant_json(coalesce($2::timestamptz, now())) as exported_at
    from plan_at($1::bigint, $2::timestamptz) p
), a as materialized (
  select (s.a).*, s.late, s.stale, s.blocked, m.number as measure, b.number as objective, o.code as lead
    from q
   cross join lateral action_state(q.id, $2::timestamptz, q.on_day) s
    join measure_at($1::bigint, $2::timestamptz) m on m.id = (s.a).measure_id
    join objective_at($1::bigint, $2::timestamptz) b on b.id = m.objective_id
    left join assignment_at($1::bigint, $2::timestamptz) l
      on l.action_id = (s.a).id and l.role = 'lead' and l.until_on is null
    left join organisation o on o.id = l.organisation_id
), lines as (
  select a.id, '' as territory, '' as organisation, a.status, a.progress, a.confidence, a.comment, a.reason, a.done_on,
         a.carried_plan, a.carried_measure, a.late, a.stale, a.blocked, a.reported_at
    from a
  union all
  select d.action_id, d.territory, o.code, d.status, d.progress, d.confidence, d.comment, d.reason, d.done_on,
         d.carried_plan, d.carried_measure, null, null, null, d.reported_at
    from action_deployment_at($1::bigint, $2::timestamptz) d join organisation o on o.id = d.organisation_id
)
select a.number, in_lang($4, a.title_fr, a.title_en) as title, l.territory, l.organisation, l.status, l.progress,
       l.confidence, l.comment, l.reason, l.done_on, l.carried_plan, l.carried_measure, a.objective, a.measure, a.level,
       a.lead, a.start_on, a.initial_due_on, a.due_on, l.late::text as late, l.stale::text as stale,
       l.blocked::text as blocked, instant_json(l.reported_at) as reported_at, a.origin,
       case when a.origin = 'illustrative' then $5::text end as notice, q.source, q.exported_at
  from q, a join lines l on l.id = a.id
 order by a.sort_key, l.territory, l.organisation;
