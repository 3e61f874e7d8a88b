-- Actions as answers show them: what several queries read, written once.
--
-- Each status report is answered with the whole action, so that what this costs
-- is paid at every write.  Two things cost most.  A function in SQL that is not
-- inlined is parsed and planned again by every query that calls it; one in plpgsql
-- is planned once a connection.  And each read of a table asks anew who may read it.

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

-- {"plan", "measure"} of what was carried over, or null.  Stable, as what it calls, so that it is inlined.
create function carried_json(plan text, measure text) returns json
language sql stable parallel safe as $$
  select case when plan is not null then json_build_object('plan', plan, 'measure', measure) end
$$;

create function blocker_json(b blocker, lang text) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'id', b.id, 'kind', b.kind, 'title', b.title, 'description', b.description,
    'decision_needed', b.decision_needed, 'decision_from', organisation_json(b.decision_from_id, lang),
    'opened_on', b.opened_on, 'opened_by', person_json(b.opened_by),
    'closed_on', b.closed_on, 'closed_reason', b.closed_reason, 'territory', b.territory,
    'organisation', (select o.code from organisation o where o.id = b.organisation_id), 'version', b.version);
end $$;

create function milestone_json(m milestone, lang text) returns json
language sql stable as $$
  select json_build_object(
    'id', m.id, 'title', in_lang(lang, m.title_fr, m.title_en), 'title_fr', m.title_fr, 'title_en', m.title_en,
    'initial_due_on', m.initial_due_on, 'due_on', m.due_on, 'done_on', m.done_on, 'version', m.version)
$$;

-- The numbers of a measure and of its objective.
create function measure_numbers(plan bigint, measure_id bigint, as_of timestamptz)
returns table (measure text, objective text)
language plpgsql stable rows 1 as $$
begin
  if as_of is null then
    return query select m.number, o.number from measure m join objective o on o.id = m.objective_id
                  where m.id = $2;
  else
    return query select m.number, o.number
                   from measure_at($1, $3) m join objective_at($1, $3) o on o.id = m.objective_id
                  where m.id = $2;
  end if;
end $$;

-- One action as GET …/actions/{number} answers it, each of its parts read once.
-- `texts` has a sentence for each code of action_disagreement; `changes` is how often the parts changed,
-- which its ETag needs beside its own version.
create function action_document(plan bigint, number text, as_of timestamptz, today date, lang text,
                                texts jsonb)
returns table (version bigint, changes bigint, body text)
language sql stable rows 1 as $$
  select a.version, d.changes + b.changes + s.changes + l.changes, json_build_object(
    'number', a.number, 'measure', m.measure, 'objective', m.objective, 'level', a.level,
    'title', in_lang(lang, a.title_fr, a.title_en), 'title_fr', a.title_fr, 'title_en', a.title_en,
    'origin', a.origin, 'weight', a.weight,
    'lead', c.lead -> 0, 'co_leads', coalesce(c.co_leads, '[]'), 'partners', coalesce(c.partners, '[]'),
    'start_on', a.start_on, 'initial_due_on', a.initial_due_on, 'due_on', a.due_on, 'done_on', a.done_on,
    'deliverable', in_lang(lang, a.deliverable_fr, a.deliverable_en),
    'deliverable_fr', a.deliverable_fr, 'deliverable_en', a.deliverable_en,
    'status', a.status, 'progress', a.progress, 'confidence', a.confidence, 'comment', a.comment,
    'reason', a.reason, 'carried_to', carried_json(a.carried_plan, a.carried_measure),
    'reported_at', instant_json(a.reported_at), 'reported_by', person_json(a.reported_by),
    'late', derived.late, 'stale', derived.stale, 'blocked', b.blocked,
    'disagreement', case when codes is not null then json_build_object(
      'codes', codes,
      'declared', json_build_object('status', a.status, 'progress', a.progress, 'confidence', a.confidence),
      'derived', json_build_object('progress', d.mean, 'late', derived.late, 'blocked', b.blocked,
                                   'deployments', json_build_object('total', d.counted, 'open', d.open)),
      'detail', (select string_agg(texts ->> code, ' ' order by n) from unnest(codes) with ordinality as u (code, n))) end,
    'blockers', b.items, 'milestones', s.items,
    'deployments', json_build_object('total', d.total, 'by_status', d.by_status, 'progress', d.mean),
    'budget', json_build_object('planned', case when l.currencies < 2 then l.planned end,
                                'committed', case when l.currencies < 2 then l.committed end,
                                'spent', case when l.currencies < 2 then l.spent end,
                                'currency', l.currency, 'costed', l.costed),
    'version', a.version)::text
    from action_one($1, $2, $3) a
    join plan p on p.id = a.plan_id
   cross join lateral measure_numbers($1, a.measure_id, $3) m
   cross join lateral (
      select json_agg(r.item order by r.code) filter (where r.role = 'lead') as lead,
             json_agg(r.item order by r.code) filter (where r.role = 'co_lead') as co_leads,
             json_agg(r.item order by r.code) filter (where r.role = 'partner') as partners
        from (select r.role, org.code,
                     json_build_object('code', org.code, 'name', in_lang(lang, org.name_fr, org.name_en)) as item
                from assignment_of(a.id, $3) r join organisation org on org.id = r.organisation_id
               where r.until_on is null) r) c
   cross join lateral (
      select count(*) as total,
             json_build_object(
               'not_started', count(*) filter (where t.status = 'not_started'),
               'in_progress', count(*) filter (where t.status = 'in_progress'),
               'done', count(*) filter (where t.status = 'done'),
               'on_hold', count(*) filter (where t.status = 'on_hold'),
               'dropped', count(*) filter (where t.status = 'dropped'),
               'carried_over', count(*) filter (where t.status = 'carried_over')) as by_status,
             count(*) filter (where t.status not in ('dropped', 'carried_over')) as counted,
             count(*) filter (where t.status in ('not_started', 'in_progress', 'on_hold')) as open,
             count(*) filter (where t.status <> 'not_started') as begun,
             avg(t.progress) filter (where t.status not in ('dropped', 'carried_over')) as mean,
             coalesce(sum(t.version - 1), 0)::bigint as changes
        from action_deployment_of(a.id, $3) t) d
   cross join lateral (
      select coalesce(json_agg(blocker_json(t, lang) order by t.opened_on, t.id) filter (where t.closed_on is null),
                      '[]') as items,
             coalesce(bool_or(t.closed_on is null), false) as blocked, coalesce(sum(t.version), 0)::bigint as changes
        from blocker_of(a.id, $3) t) b
   cross join lateral (
      select coalesce(json_agg(milestone_json(t, lang) order by t.due_on, t.id), '[]') as items,
             coalesce(sum(t.version), 0)::bigint as changes
        from milestone_of(a.id, $3) t) s
   cross join lateral (
      -- money given in several currencies is not added up
      select count(distinct t.currency) as currencies, sum(t.planned) as planned, sum(t.committed) as committed,
             sum(t.spent) as spent, coalesce(min(t.currency), 'EUR') as currency,
             coalesce(bool_or(t.planned is not null), false) as costed,
             coalesce(sum(t.version), 0)::bigint as changes
        from budget_line_of(a.id, $3) t) l
   cross join lateral (select coalesce(($3 at time zone p.time_zone)::date, $4) as day) today
   cross join lateral (
      select is_late(a.status, a.due_on, today.day) as late,
             is_stale(a.status, (a.reported_at at time zone p.time_zone)::date, coalesce(a.start_on, p.start_on),
                      p.stale_after_days, today.day) as stale) derived
   cross join lateral action_disagreement(a.status, a.progress, a.confidence, derived.late, b.blocked,
                                          d.counted, d.open, d.begun, d.mean) codes
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
