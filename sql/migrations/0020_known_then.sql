-- Reads as of a date: names as they were, and the plan's own rules of that day.

-- Organisations as known at `as_of`; null means now.
create function organisations_at(as_of timestamptz) returns setof organisation
language plpgsql stable rows 50 as $$
begin
  if as_of is null then
    return query select o.* from organisation o;
  else
    return query
      select v.* from organisation o
       cross join lateral (select h.id, h.code, h.name_fr, h.name_en, h.kind, h.version from organisation_history h
                            where h.id = o.id and h.known_from <= $1
                            order by h.known_from desc, h.history_id desc limit 1) v;
  end if;
end $$;

-- An organisation as answers show it, {"code", "name"}, by its name at `as_of`; null means now.
drop function organisation_json(bigint, text);
create function organisation_json(organisation_id bigint, lang text, as_of timestamptz) returns json
language plpgsql stable as $$
begin
  if $3 is null then
    return (select json_build_object('code', o.code, 'name', in_lang($2, o.name_fr, o.name_en))
              from organisation o where o.id = $1);
  end if;
  return (select json_build_object('code', h.code, 'name', in_lang($2, h.name_fr, h.name_en))
            from organisation_history h where h.id = $1 and h.known_from <= $3
           order by h.known_from desc, h.history_id desc limit 1);
end $$;

-- Names are shown by answers of every plan: what servers keep of these is dropped.
create function tell_names() returns trigger language plpgsql as $$
begin
  perform pg_notify('vigie', '*');
  return null;
end $$;
create trigger tell_names after update of name_fr, name_en on organisation for each statement execute function tell_names();
create trigger tell_names after update of name on person for each row
  when (new.name <> old.name) execute function tell_names();

-- How often what an answer shows of a person changed since the account was made.
create function person_changes(person_id bigint) returns bigint
language plpgsql stable as $$
begin
  return coalesce((select p.version - 1 from person p where p.id = $1), 0);
end $$;
create function organisation_changes(organisation_id bigint) returns bigint
language plpgsql stable as $$
begin
  return coalesce((select o.version - 1 from organisation o where o.id = $1), 0);
end $$;

-- Which parent a territory has on a day.
create function holds_on(p territory_parent, day date) returns boolean
language sql immutable parallel safe as $$
  select $1.from_on <= $2 and ($1.to_on is null or $1.to_on > $2)
$$;

-- True when `code` is `scope` or lies within it today.
create or replace function territory_within(code text, scope text) returns boolean
language sql stable as $$
  with recursive up (code) as (
    select $1
    union
    select p.parent from up join territory_parent p on p.territory = up.code and holds_on(p, current_date)
  )
  select exists (select 1 from up where up.code = $2)
$$;

-- Territory codes of a place and of all that lies within it.
create or replace function territories_within(scope text) returns setof text
language sql stable rows 20 as $$
  with recursive down (code) as (
    select $1
    union
    select p.territory from down join territory_parent p on p.parent = down.code and holds_on(p, current_date)
  )
  select code from down
$$;

create or replace function as_of_day(plan bigint, as_of timestamptz, today date) returns date
language plpgsql stable as $$
begin
  if as_of is null then
    return today;
  end if;
  return coalesce((select (as_of at time zone p.time_zone)::date from plan_at($1, $2) p), today);
end $$;

drop function blocker_json(blocker, text);
create function blocker_json(b blocker, lang text, as_of timestamptz) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'id', b.id, 'kind', b.kind, 'title', b.title, 'description', b.description,
    'decision_needed', b.decision_needed, 'decision_from', organisation_json(b.decision_from_id, lang, as_of),
    'opened_on', b.opened_on, 'opened_by', person_json(b.opened_by),
    'closed_on', b.closed_on, 'closed_reason', b.closed_reason, 'territory', b.territory,
    'organisation', (select o.code from organisation o where o.id = b.organisation_id), 'version', b.version);
end $$;

-- How often a blocker as answered changed, the names in it included.
create function blocker_changes(b blocker) returns bigint
language plpgsql stable as $$
begin
  return b.version + person_changes(b.opened_by) + organisation_changes(b.decision_from_id);
end $$;

-- One action as GET …/actions/{number} answers it, each of its parts read once.
-- `texts` has a sentence for each code of action_disagreement; `changes` is how often the parts changed,
-- which its ETag needs beside its own version.
create or replace function action_document(plan bigint, number text, as_of timestamptz, today date, lang text,
                                texts jsonb)
returns table (version bigint, changes bigint, body text)
language sql stable rows 1 as $$
  select a.version, d.changes + b.changes + s.changes + l.changes + c.changes + person_changes(a.reported_by), json_build_object(
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
   cross join lateral plan_at($1, $3) p
   cross join lateral measure_numbers($1, a.measure_id, $3) m
   cross join lateral (
      select json_agg(r.item order by r.code) filter (where r.role = 'lead') as lead,
             json_agg(r.item order by r.code) filter (where r.role = 'co_lead') as co_leads,
             json_agg(r.item order by r.code) filter (where r.role = 'partner') as partners,
             coalesce(sum(r.changes), 0)::bigint as changes
        from (select r.role, org.code, org.version - 1 as changes,
                     case when $3 is null then json_build_object('code', org.code, 'name', in_lang(lang, org.name_fr, org.name_en))
                          else organisation_json(org.id, lang, $3) end as item
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
      select coalesce(json_agg(blocker_json(t, lang, $3) order by t.opened_on, t.id) filter (where t.closed_on is null),
                      '[]') as items,
             coalesce(bool_or(t.closed_on is null), false) as blocked, coalesce(sum(blocker_changes(t)), 0)::bigint as changes
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
create or replace function deployment_json(d action_deployment, a action, day date, as_of timestamptz, lang text) returns json
language sql stable as $$
  select json_build_object(
    'action', a.number, 'title', in_lang(lang, a.title_fr, a.title_en),
    'territory', d.territory, 'name', in_lang(lang, t.name_fr, t.name_en),
    'region', (select tp.parent from territory_parent tp where tp.territory = d.territory and holds_on(tp, day) limit 1),
    'organisation', o.code, 'organisation_name', organisation_json(o.id, lang, as_of) ->> 'name',
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
    from territory t, organisation o, plan_at(d.plan_id, as_of) p
   where t.code = d.territory and o.id = d.organisation_id
$$;

/*
 * The rows that indicators are computed from, as known at `as_of` (null: now).
 * cell_level and cell say whose figure a row counts in: one row an action for
 * the nation, one row a deployment for its département and for its region of
 * the day `on_day`.  A budget is the action's: deployments carry none.
 */
create or replace function indicator_rows(plan bigint, as_of timestamptz, on_day date)
returns table (cell_level text, cell text, sort_key text,
               number text, measure text, objective text, lead text, level text, territory text,
               organisation text, weight numeric, measure_weight numeric, status text,
               progress smallint, confidence text, start_on date, due_on date, initial_due_on date,
               done_on date, reported_on date, blocked boolean, revised boolean, costed boolean,
               budget_planned numeric, budget_committed numeric, budget_spent numeric)
language sql stable rows 1000 as $$
  with leads as materialized (
    select s.action_id, s.measure_id, o.code
      from assignment_at($1, $2) s join organisation o on o.id = s.organisation_id
     where s.role = 'lead' and s.until_on is null
  ), open_blockers as materialized (
    select b.action_id, b.territory, b.organisation_id from blocker_at($1, $2) b where b.closed_on is null
  ), money as materialized (
    select l.action_id, sum(l.planned) as planned, sum(l.committed) as committed, sum(l.spent) as spent
      from budget_line_at($1, $2) l group by l.action_id
  ), actions as materialized (
    select a.*, m.number as measure, m.weight as measure_weight, o.number as objective,
           coalesce(la.code, lm.code) as lead,
           a.due_on is distinct from a.initial_due_on as revised,
           money.planned is not null as costed, money.planned, money.committed, money.spent,
           p.time_zone
      from action_at($1, $2) a
      join measure_at($1, $2) m on m.id = a.measure_id
      join objective_at($1, $2) o on o.id = m.objective_id
     cross join plan_at($1, $2) p
      left join leads la on la.action_id = a.id
      left join leads lm on lm.measure_id = m.id
      left join money on money.action_id = a.id
  ), deployments as materialized (
    select d.*, o.code as organisation
      from action_deployment_at($1, $2) d join organisation o on o.id = d.organisation_id
  ), cells as materialized (
    select t.level, t.code as cell, t.code as territory from territory t
     where t.code in (select d.territory from deployments d)
    union
    select r.level, r.code, p.territory
      from territory_parent p join territory r on r.code = p.parent and r.level = 'region'
     where holds_on(p, $3)
       and p.territory in (select d.territory from deployments d)
  )
  select 'national', 'FR', a.sort_key, a.number, a.measure, a.objective, a.lead, a.level, 'FR', null,
         a.weight, a.measure_weight, a.status, a.progress, a.confidence, a.start_on, a.due_on,
         a.initial_due_on, a.done_on, (a.reported_at at time zone a.time_zone)::date,
         a.id in (select b.action_id from open_blockers b), a.revised, a.costed,
         a.planned, a.committed, a.spent
    from actions a
  union all
  select c.level, c.cell, a.sort_key, a.number, a.measure, a.objective, a.lead, a.level, d.territory,
         d.organisation, a.weight, a.measure_weight, d.status, d.progress, d.confidence, a.start_on,
         a.due_on, a.initial_due_on, d.done_on, (d.reported_at at time zone a.time_zone)::date,
         exists (select 1 from open_blockers b
                  where b.action_id = a.id and (b.territory is null or b.territory = d.territory)
                    and (b.organisation_id is null or b.organisation_id = d.organisation_id)),
         a.revised, a.costed, null, null, null
    from deployments d
    join actions a on a.id = d.action_id
    join cells c on c.territory = d.territory
$$;

-- The actions of a plan: what is derived of them, and `item` as lists and the calendar show it.
create or replace function plan_actions(plan bigint, as_of timestamptz, lang text, on_day date)
returns table (id bigint, measure_id bigint, number text, sort_key text, weight numeric, start_on date,
               initial_due_on date, due_on date, status text, confidence text, counted double precision,
               late boolean, stale boolean, blocked boolean, origin text, title text, item json)
language sql stable rows 60 as $$
  with leads as materialized (
    select s.action_id, json_build_object('code', o.code, 'name', in_lang($3, o.name_fr, o.name_en)) as lead
      from assignment_at($1, $2) s join organisations_at($2) o on o.id = s.organisation_id
     where s.action_id is not null and s.role = 'lead' and s.until_on is null
  ), blockers as materialized (
    select distinct b.action_id from blocker_at($1, $2) b where b.closed_on is null
  )
  select a.id, a.measure_id, a.number, a.sort_key, a.weight, a.start_on, a.initial_due_on, a.due_on, a.status,
         a.confidence, counted_progress(a.status, a.progress), d.late, d.stale, d.blocked, a.origin, d.title,
         json_build_object(
           'number', a.number, 'title', d.title, 'origin', a.origin, 'measure', m.number, 'level', a.level,
           'lead', l.lead, 'start_on', a.start_on, 'initial_due_on', a.initial_due_on, 'due_on', a.due_on,
           'done_on', a.done_on, 'status', a.status, 'progress', a.progress, 'confidence', a.confidence,
           'late', d.late, 'stale', d.stale, 'blocked', d.blocked, 'reported_at', instant_json(a.reported_at))
    from plan_at($1, $2) p
   cross join action_at($1, $2) a
    join measure_at($1, $2) m on m.id = a.measure_id
    left join leads l on l.action_id = a.id
    left join blockers b on b.action_id = a.id
   cross join lateral (
      select is_late(a.status, a.due_on, $4) as late,
             is_stale(a.status, (a.reported_at at time zone p.time_zone)::date, coalesce(a.start_on, p.start_on),
                      p.stale_after_days, $4) as stale,
             b.action_id is not null as blocked,
             in_lang($3, a.title_fr, a.title_en) as title) d
$$;

-- The measures of a plan with their progress, the worst confidence declared and, against thirty days before, the trend.
create or replace function plan_measures(plan bigint, as_of timestamptz, lang text, on_day date)
returns table (id bigint, number text, sort_key text, weight numeric, progress double precision,
               received bigint, expected bigint, version bigint, origin text, item json)
language sql stable rows 30 as $$
  with now_of as materialized (
    select x.measure_id, count(*) as total,
           sum(x.weight * x.counted) / nullif(sum(x.weight) filter (where x.counted is not null), 0) as progress,
           count(x.counted) as received,
           count(*) filter (where x.status not in ('dropped', 'carried_over')) as expected,
           by_status(count(*) filter (where x.status = 'not_started'),
                     count(*) filter (where x.status = 'in_progress'),
                     count(*) filter (where x.status = 'done'), count(*) filter (where x.status = 'on_hold'),
                     count(*) filter (where x.status = 'dropped'),
                     count(*) filter (where x.status = 'carried_over')) as statuses,
           count(*) filter (where x.late) as late, count(*) filter (where x.blocked) as blocked,
           count(*) filter (where x.stale) as stale,
           min(array_position(array['compromised', 'support_needed', 'achievable', 'secured'], x.confidence)) as worst
      from plan_actions($1, $2, $3, $4) x
     group by x.measure_id
  ), before as materialized (
    select a.measure_id, sum(a.weight * counted_progress(a.status, a.progress))
           / nullif(sum(a.weight) filter (where counted_progress(a.status, a.progress) is not null), 0) as progress
      from action_at($1, coalesce($2, now()) - interval '30 days') a
     group by a.measure_id
  ), leads as materialized (
    select s.measure_id, json_build_object('code', o.code, 'name', in_lang($3, o.name_fr, o.name_en)) as lead
      from assignment_at($1, $2) s join organisations_at($2) o on o.id = s.organisation_id
     where s.measure_id is not null and s.role = 'lead' and s.until_on is null
  )
  select m.id, m.number, m.sort_key, m.weight, n.progress, coalesce(n.received, 0), coalesce(n.expected, 0),
         m.version, m.origin,
         json_build_object(
           'number', m.number, 'title', in_lang($3, m.title_fr, m.title_en), 'origin', m.origin,
           'objective', o.number, 'flagship', m.flagship, 'lead', l.lead, 'progress', n.progress,
           'coverage', json_build_object('received', coalesce(n.received, 0), 'expected', coalesce(n.expected, 0)),
           'confidence', (array['compromised', 'support_needed', 'achievable', 'secured'])[n.worst],
           'trend', case when n.progress is null or b.progress is null then null
                         when n.progress - b.progress >= 0.5 then 'up'
                         when b.progress - n.progress >= 0.5 then 'down' else 'flat' end,
           'actions', json_build_object('total', coalesce(n.total, 0),
             'by_status', coalesce(n.statuses, by_status(0, 0, 0, 0, 0, 0)),
             'late', coalesce(n.late, 0), 'blocked', coalesce(n.blocked, 0), 'stale', coalesce(n.stale, 0)))
    from measure_at($1, $2) m
    join objective_at($1, $2) o on o.id = m.objective_id
    left join now_of n on n.measure_id = m.id
    left join before b on b.measure_id = m.id
    left join leads l on l.measure_id = m.id
$$;

-- The sessions that servers remember hold the zones of the plans.
drop trigger tell_auth on plan;
create trigger tell_auth after update on plan for each row
  when (new.code <> old.code or new.time_zone <> old.time_zone) execute function tell_auth();
