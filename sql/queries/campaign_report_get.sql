-- The report of one unit: each figure asked with the month before and the same month a year before, what was said
-- of it, what is being typed.
-- $1 plan bigint   $2 period   $3 territory   $4 organisation code   $5 lang   $6 today
-- No row: nothing is expected of that unit.
with c as (
  select c.*, (c.period || '-01')::date as month,
         ((c.period || '-01')::date + interval '1 month - 1 day')::date as to_on
    from campaign c where c.plan_id = $1::bigint and c.period = $2
), unit as (
  select e.id as expectation_id, e.territory, e.organisation_id, e.exempt_reason, o.kind, r.nothing_new, r.comment,
         r.change_reason, r.answered_at, r.submitted_at, r.submitted_by, r.validated_at, r.validated_by,
         unit_state(e.exempt_reason, r.state) as state, d.body as draft, d.saved_at, d.saved_by,
         1 + coalesce(r.version, 0) + coalesce(d.version, 0) as version
    from c
    join expectation e on e.campaign_id = c.id and e.territory = $3
    join organisation o on o.id = e.organisation_id and o.code = $4
    left join report r on r.expectation_id = e.id
    left join report_draft d on d.expectation_id = e.id
)
select u.version,
       json_build_object(
         'period', c.period, 'opens_on', c.opens_on, 'due_on', c.due_on, 'closed_at', instant_json(c.closed_at),
         'territory', u.territory, 'name', (select in_lang($5, t.name_fr, t.name_en) from territory t where t.code = u.territory),
         'organisation', organisation_json(u.organisation_id, $5, null),
         'state', u.state, 'late', unit_late(u.state, c.due_on, $6::date), 'exempt_reason', u.exempt_reason,
         'nothing_new', coalesce(u.nothing_new, false), 'comment', u.comment, 'remark', u.change_reason,
         'answered_at', instant_json(u.answered_at), 'submitted_at', instant_json(u.submitted_at),
         'submitted_by', person_json(u.submitted_by), 'validated_at', instant_json(u.validated_at),
         'validated_by', person_json(u.validated_by),
         'figures', (select report_figures(k, u.expectation_id, u.territory, u.organisation_id, u.kind, $5)
                       from campaign k where k.id = c.id),
         'deployments', case when c.deployments then coalesce((
           select json_agg(json_build_object('action', a.number, 'title', in_lang($5, a.title_fr, a.title_en),
                    'status', d.status, 'progress', d.progress, 'reported_at', instant_json(d.reported_at),
                    'answered', coalesce((d.reported_at at time zone p.time_zone)::date >= c.opens_on, false)) order by a.sort_key)
             from action_deployment d join action a on a.id = d.action_id join plan p on p.id = d.plan_id
            where d.plan_id = $1::bigint and d.territory = u.territory and d.organisation_id = u.organisation_id
              and d.status not in ('done', 'dropped', 'carried_over')), '[]') else '[]' end,
         'people', unit_people($1::bigint, u.organisation_id, u.territory, c.month, c.to_on),
         'draft', case when u.draft is not null then u.draft || jsonb_build_object(
                    'saved_at', instant_json(u.saved_at), 'saved_by', person_json(u.saved_by)) end,
         'may', json_build_object('answer', vigie_answers($1::bigint, u.organisation_id, u.territory),
                                  'judge', vigie_coordinates($1::bigint)),
         'version', u.version)::text as body
  from unit u cross join c;
