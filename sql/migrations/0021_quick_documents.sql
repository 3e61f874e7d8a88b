-- The same answers, sooner.  Each status report is answered with the whole
-- action, so that what this costs is paid at every write.
--
-- Two things cost most.  A function in SQL that is not inlined is parsed and
-- planned again by every query that calls it; one in plpgsql is planned once a
-- connection.  And each read of a table asks anew who may read it.

create or replace function organisation_json(organisation_id bigint, lang text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('code', o.code, 'name', in_lang($2, o.name_fr, o.name_en))
            from organisation o where o.id = $1);
end $$;

create or replace function person_json(person_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('id', p.id, 'name', p.name) from person p where p.id = $1);
end $$;

create or replace function as_of_day(plan bigint, as_of timestamptz, today date) returns date
language plpgsql stable as $$
begin
  if as_of is null then
    return today;
  end if;
  return coalesce((select (as_of at time zone p.time_zone)::date from plan p where p.id = $1), today);
end $$;

-- Stable, as what it calls, so that it is inlined.
create or replace function carried_json(plan text, measure text) returns json
language sql stable parallel safe as $$
  select case when plan is not null then json_build_object('plan', plan, 'measure', measure) end
$$;

create or replace function blocker_json(b blocker, lang text) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'id', b.id, 'kind', b.kind, 'title', b.title, 'description', b.description,
    'decision_needed', b.decision_needed, 'decision_from', organisation_json(b.decision_from_id, lang),
    'opened_on', b.opened_on, 'opened_by', person_json(b.opened_by),
    'closed_on', b.closed_on, 'closed_reason', b.closed_reason, 'territory', b.territory,
    'organisation', (select o.code from organisation o where o.id = b.organisation_id), 'version', b.version);
end $$;

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
create or replace function action_document(plan bigint, number text, as_of timestamptz, today date, lang text,
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
drop function action_parts(bigint, timestamptz);
drop function carriers_json(bigint, text, timestamptz, text);
drop function budget_json(bigint, timestamptz);
