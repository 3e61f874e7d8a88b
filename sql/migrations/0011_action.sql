-- Actions as answers show them: what several queries read, written once.

/*
 * Where what is declared and what is derived disagree: the codes, worst first,
 * null when they agree.  `mean` is the mean progress of the deployments that
 * gave one; `open` counts deployments neither done, dropped nor carried over;
 * `begun` those that are no longer not_started; `counted` all but those
 * dropped or carried over.
 *
 *   done_but_deployments  declared done, a deployment is still open
 *   done_but_blocked      declared done, a blocker is open
 *   open_but_deployments  not declared done, every deployment is
 *   not_started_but_begun declared not started, a deployment has begun
 *   progress_differs      declared progress and `mean` are 10 points apart or more
 *   secured_but_late      confidence secured, the due date has passed
 *   secured_but_blocked   confidence secured, a blocker is open
 */
create function action_disagreement(status text, progress integer, confidence text, late boolean,
                                    blocked boolean, counted bigint, open bigint, begun bigint, mean numeric)
returns text[]
language sql immutable parallel safe as $$
  select nullif(array_remove(array[
    case when status = 'done' and open > 0 then 'done_but_deployments' end,
    case when status = 'done' and blocked then 'done_but_blocked' end,
    case when status in ('not_started', 'in_progress', 'on_hold') and counted > 0 and open = 0
         then 'open_but_deployments' end,
    case when status = 'not_started' and begun > 0 and open > 0 then 'not_started_but_begun' end,
    case when abs(progress - mean) >= 10 then 'progress_differs' end,
    case when confidence = 'secured' and late then 'secured_but_late' end,
    case when confidence = 'secured' and blocked and status <> 'done' then 'secured_but_blocked' end
  ], null), '{}')
$$;

-- {"plan", "measure"} of what was carried over, or null.
create function carried_json(plan text, measure text) returns json
language sql immutable parallel safe as $$
  select case when plan is not null then json_build_object('plan', plan, 'measure', measure) end
$$;

create function blocker_json(b blocker, lang text) returns json
language sql stable as $$
  select json_build_object(
    'id', b.id, 'kind', b.kind, 'title', b.title, 'description', b.description,
    'decision_needed', b.decision_needed, 'decision_from', organisation_json(b.decision_from_id, lang),
    'opened_on', b.opened_on, 'opened_by', person_json(b.opened_by),
    'closed_on', b.closed_on, 'closed_reason', b.closed_reason, 'territory', b.territory,
    'organisation', (select o.code from organisation o where o.id = b.organisation_id), 'version', b.version)
$$;

create function milestone_json(m milestone, lang text) returns json
language sql stable as $$
  select json_build_object(
    'id', m.id, 'title', in_lang(lang, m.title_fr, m.title_en), 'title_fr', m.title_fr, 'title_en', m.title_en,
    'initial_due_on', m.initial_due_on, 'due_on', m.due_on, 'done_on', m.done_on, 'version', m.version)
$$;

-- Who carries an action in one role, by code: [{"code", "name"}].
create function carriers_json(action bigint, role text, as_of timestamptz, lang text) returns json
language sql stable as $$
  select coalesce(json_agg(organisation_json(o.id, lang) order by o.code), '[]')
    from assignment_of($1, $3) s join organisation o on o.id = s.organisation_id
   where s.role = $2 and s.until_on is null
$$;

-- The budget of one action; money given in several currencies is not added up.
create function budget_json(action bigint, as_of timestamptz) returns json
language sql stable as $$
  select json_build_object('planned', case when n < 2 then planned end,
                           'committed', case when n < 2 then committed end,
                           'spent', case when n < 2 then spent end,
                           'currency', currency, 'costed', coalesce(costed, false))
    from (select count(distinct b.currency) as n, sum(b.planned) as planned, sum(b.committed) as committed,
                 sum(b.spent) as spent, coalesce(min(b.currency), 'EUR') as currency,
                 bool_or(b.planned is not null) as costed
            from budget_line_of($1, $2) b) t
$$;

/*
 * The deployments of one action in figures, and how often they and the other
 * parts of the action changed: what its ETag needs beside its own version.
 */
create function action_parts(action bigint, as_of timestamptz)
returns table (total bigint, by_status json, counted bigint, open bigint, begun bigint, mean numeric, changes bigint)
language sql stable rows 1 as $$
  select count(d.id),
         json_build_object(
           'not_started', count(*) filter (where d.status = 'not_started'),
           'in_progress', count(*) filter (where d.status = 'in_progress'),
           'done', count(*) filter (where d.status = 'done'),
           'on_hold', count(*) filter (where d.status = 'on_hold'),
           'dropped', count(*) filter (where d.status = 'dropped'),
           'carried_over', count(*) filter (where d.status = 'carried_over')),
         count(*) filter (where d.status not in ('dropped', 'carried_over')),
         count(*) filter (where d.status in ('not_started', 'in_progress', 'on_hold')),
         count(*) filter (where d.status <> 'not_started'),
         avg(d.progress) filter (where d.status not in ('dropped', 'carried_over')),
         coalesce(sum(d.version - 1), 0)::bigint
         + (select coalesce(sum(b.version), 0) from blocker_of($1, $2) b)::bigint
         + (select coalesce(sum(m.version), 0) from milestone_of($1, $2) m)::bigint
         + (select coalesce(sum(l.version), 0) from budget_line_of($1, $2) l)::bigint
    from action_deployment_of($1, $2) d
$$;

-- One action as GET …/actions/{number} answers it.  `texts` has a sentence for each code of action_disagreement.
create function action_document(plan bigint, number text, as_of timestamptz, today date, lang text, texts jsonb)
returns table (version bigint, changes bigint, body text)
language sql stable rows 1 as $$
  select a.version, parts.changes, json_build_object(
    'number', a.number, 'measure', m.number, 'objective', o.number, 'level', a.level,
    'title', in_lang(lang, a.title_fr, a.title_en), 'title_fr', a.title_fr, 'title_en', a.title_en,
    'origin', a.origin, 'weight', a.weight,
    'lead', carriers_json(a.id, 'lead', as_of, lang) -> 0,
    'co_leads', carriers_json(a.id, 'co_lead', as_of, lang),
    'partners', carriers_json(a.id, 'partner', as_of, lang),
    'start_on', a.start_on, 'initial_due_on', a.initial_due_on, 'due_on', a.due_on, 'done_on', a.done_on,
    'deliverable', in_lang(lang, a.deliverable_fr, a.deliverable_en),
    'deliverable_fr', a.deliverable_fr, 'deliverable_en', a.deliverable_en,
    'status', a.status, 'progress', a.progress, 'confidence', a.confidence, 'comment', a.comment,
    'reason', a.reason, 'carried_to', carried_json(a.carried_plan, a.carried_measure),
    'reported_at', instant_json(a.reported_at), 'reported_by', person_json(a.reported_by),
    'late', derived.late, 'stale', derived.stale, 'blocked', derived.blocked,
    'disagreement', case when codes is not null then json_build_object(
      'codes', codes,
      'declared', json_build_object('status', a.status, 'progress', a.progress, 'confidence', a.confidence),
      'derived', json_build_object('progress', parts.mean, 'late', derived.late, 'blocked', derived.blocked,
                                   'deployments', json_build_object('total', parts.counted, 'open', parts.open)),
      'detail', (select string_agg(texts ->> c, ' ' order by n) from unnest(codes) with ordinality as u (c, n))) end,
    'blockers', (select coalesce(json_agg(blocker_json(b, lang) order by b.opened_on, b.id), '[]')
                   from blocker_of(a.id, as_of) b where b.closed_on is null),
    'milestones', (select coalesce(json_agg(milestone_json(s, lang) order by s.due_on, s.id), '[]')
                     from milestone_of(a.id, as_of) s),
    'deployments', json_build_object('total', parts.total, 'by_status', parts.by_status, 'progress', parts.mean),
    'budget', budget_json(a.id, as_of),
    'version', a.version)::text
    from action_one($1, $2, $3) a
    join plan p on p.id = a.plan_id
    join measure_at($1, $3) m on m.id = a.measure_id
    join objective_at($1, $3) o on o.id = m.objective_id
   cross join lateral action_parts(a.id, $3) parts
   cross join lateral (select as_of_day($1, $3, $4) as day) d
   cross join lateral (
      select is_late(a.status, a.due_on, d.day) as late,
             is_stale(a.status, (a.reported_at at time zone p.time_zone)::date, coalesce(a.start_on, p.start_on),
                      p.stale_after_days, d.day) as stale,
             exists (select 1 from blocker_of(a.id, $3) b where b.closed_on is null) as blocked) derived
   cross join lateral action_disagreement(a.status, a.progress, a.confidence, derived.late, derived.blocked,
                                          parts.counted, parts.open, parts.begun, parts.mean) codes
$$;

-- One deployment as answers show it.
create function deployment_json(d action_deployment, a action, day date, as_of timestamptz, lang text) returns json
language sql stable as $$
  select json_build_object(
    'action', a.number, 'title', in_lang(lang, a.title_fr, a.title_en),
    'territory', d.territory, 'name', in_lang(lang, t.name_fr, t.name_en),
    'region', (select tp.parent from territory_parent tp where tp.territory = d.territory and tp.to_on is null limit 1),
    'organisation', o.code, 'organisation_name', in_lang(lang, o.name_fr, o.name_en),
    'start_on', a.start_on, 'initial_due_on', a.initial_due_on, 'due_on', a.due_on, 'done_on', d.done_on,
    'status', d.status, 'progress', d.progress, 'confidence', d.confidence, 'comment', d.comment,
    'reason', d.reason, 'carried_to', carried_json(d.carried_plan, d.carried_measure),
    'reported_at', instant_json(d.reported_at), 'reported_by', person_json(d.reported_by),
    'late', is_late(d.status, a.due_on, day),
    'stale', is_stale(d.status, (d.reported_at at time zone p.time_zone)::date,
                      coalesce(a.start_on, p.start_on), p.stale_after_days, day),
    'blocked', exists (select 1 from blocker_of(a.id, as_of) b
                        where b.closed_on is null and b.territory = d.territory
                          and b.organisation_id = d.organisation_id),
    'version', d.version)
    from territory t, organisation o, plan p
   where t.code = d.territory and o.id = d.organisation_id and p.id = d.plan_id
$$;

-- A report as the history shows it; withdrawn as known at `as_of`, null means now.
create function report_json(r status_report, as_of timestamptz) returns json
language sql stable as $$
  select json_build_object(
    'id', r.id, 'at', instant_json(r.recorded_at), 'by', person_json(r.person_id),
    'territory', d.territory, 'organisation', o.code,
    'status', r.status, 'progress', r.progress, 'confidence', r.confidence, 'comment', r.comment,
    'reason', r.reason, 'done_on', r.done_on, 'carried_to', carried_json(r.carried_plan, r.carried_measure),
    'nothing_new', r.nothing_new,
    'withdrawn', (select json_build_object('at', instant_json(w.withdrawn_at), 'by', person_json(w.person_id),
                                           'reason', w.reason)
                    from status_report_withdrawal w
                   where w.report_id = r.id and ($2 is null or w.withdrawn_at <= $2)))
    from (values (1)) one
    left join action_deployment d on d.id = r.deployment_id
    left join organisation o on o.id = d.organisation_id
$$;

-- Evidence without its bytes.
create function evidence_json(e evidence) returns json
language sql stable as $$
  select json_build_object(
    'id', e.id, 'title', e.title, 'url', e.url,
    'file', case when e.file_name is not null then json_build_object(
      'name', e.file_name, 'media_type', e.media_type, 'bytes', octet_length(e.bytes), 'sha256', e.sha256) end,
    'added_at', instant_json(e.added_at), 'added_by', person_json(e.added_by), 'version', e.version)
$$;
