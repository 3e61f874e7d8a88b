-- Plans as answers show them: what several queries read, written once.

-- What an action counts for in a mean: nothing said is not zero, not begun is; null is left out.
create function counted_progress(status text, progress integer) returns double precision
language sql immutable parallel safe as $$
  select case when status in ('dropped', 'carried_over') then null
              when status = 'not_started' then 0 else progress end
$$;

-- How much of an action was to be done by a day: straight from its start to its due date.
create function planned_share(start_on date, due_on date, on_day date) returns double precision
language sql immutable parallel safe as $$
  select case when $3 >= $2 then 100 when $3 < $1 then 0
              else 100.0 * ($3 - $1 + 1) / ($2 - $1 + 1) end
$$;

-- Six keys, always all of them.
create function by_status(not_started bigint, in_progress bigint, done bigint, on_hold bigint, dropped bigint,
                          carried_over bigint) returns json
language sql immutable parallel safe as $$
  select json_build_object('not_started', $1, 'in_progress', $2, 'done', $3, 'on_hold', $4, 'dropped', $5,
                           'carried_over', $6)
$$;

-- The actions of a plan: what is derived of them, and `item` as lists and the calendar show it.
create function plan_actions(plan bigint, as_of timestamptz, lang text, on_day date)
returns table (id bigint, measure_id bigint, number text, sort_key text, weight numeric, start_on date,
               initial_due_on date, due_on date, status text, confidence text, counted double precision,
               late boolean, stale boolean, blocked boolean, origin text, title text, item json)
language sql stable rows 60 as $$
  with leads as materialized (
    select s.action_id, json_build_object('code', o.code, 'name', in_lang($3, o.name_fr, o.name_en)) as lead
      from assignment_at($1, $2) s join organisation o on o.id = s.organisation_id
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
create function plan_measures(plan bigint, as_of timestamptz, lang text, on_day date)
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
      from assignment_at($1, $2) s join organisation o on o.id = s.organisation_id
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

-- One plan as GET /plans/{plan} answers it; `entered` and `expected` side by side.
create function plan_document(plan bigint, as_of timestamptz, lang text, on_day date)
returns table (version bigint, body json, warnings json)
language sql stable rows 1 as $$
  with objectives as materialized (
    select count(*) as entered, count(*) filter (where o.origin = 'illustrative') as illustrative
      from objective_at($1, $2) o
  ), measures as materialized (
    select count(*) as entered, count(*) filter (where m.origin = 'illustrative') as illustrative
      from measure_at($1, $2) m
  ), actions as materialized (
    select count(*) as entered, count(*) filter (where x.origin = 'illustrative') as illustrative,
           by_status(count(*) filter (where x.status = 'not_started'),
                     count(*) filter (where x.status = 'in_progress'),
                     count(*) filter (where x.status = 'done'), count(*) filter (where x.status = 'on_hold'),
                     count(*) filter (where x.status = 'dropped'),
                     count(*) filter (where x.status = 'carried_over')) as statuses,
           count(*) filter (where x.late) as late, count(*) filter (where x.blocked) as blocked,
           count(*) filter (where x.stale) as stale
      from plan_actions($1, $2, $3, $4) x
  )
  select p.version, json_build_object(
           'code', p.code, 'title', in_lang($3, p.title_fr, p.title_en), 'title_fr', p.title_fr,
           'title_en', p.title_en, 'lead', (select o.code from organisation o where o.id = p.lead_id),
           'start_on', p.start_on, 'end_on', p.end_on, 'time_zone', p.time_zone,
           'stale_after_days', p.stale_after_days,
           'counts', json_build_object(
             'objectives', json_build_object('expected', p.expected_objectives, 'entered', o.entered),
             'measures', json_build_object('expected', p.expected_measures, 'entered', m.entered),
             'actions', json_build_object('expected', p.expected_actions, 'entered', a.entered,
               'by_status', a.statuses, 'late', a.late, 'blocked', a.blocked, 'stale', a.stale)),
           'illustrative', json_build_object('measures', m.illustrative, 'actions', a.illustrative),
           'origin_note', in_lang($3, p.origin_note_fr, p.origin_note_en), 'sources', to_json(p.sources),
           'archived_at', instant_json(p.archived_at), 'version', p.version),
         (select coalesce(json_agg(json_build_object('code', 'count_mismatch', 'object', w.object,
                   'entered', w.entered, 'expected', w.expected)), '[]')
            from (values ('objectives', o.entered, p.expected_objectives),
                         ('measures', m.entered, p.expected_measures),
                         ('actions', a.entered, p.expected_actions)) as w (object, entered, expected)
           where w.expected is not null and w.entered <> w.expected)
    from plan_at($1, $2) p, objectives o, measures m, actions a
$$;

-- A value of the journal as people know it: ids as codes and numbers.
create function change_value(key text, value jsonb) returns jsonb
language sql stable as $$
  select case
    when $2 is null or $2 = 'null' then null
    when $1 in ('lead_id', 'organisation_id', 'decision_from_id')
      then (select to_jsonb(o.code) from organisation o where o.id = ($2 #>> '{}')::bigint)
    when $1 = 'measure_id' then (select to_jsonb(m.number) from measure m where m.id = ($2 #>> '{}')::bigint)
    when $1 = 'objective_id' then (select to_jsonb(o.number) from objective o where o.id = ($2 #>> '{}')::bigint)
    else $2 end
$$;

/*
 * What changed after `since` up to `until`, one row a field, from the journal.
 * Ids read as codes and numbers; what only the machine keeps is left out.  The
 * first load of a plan is one change, a change of lead is one, and so are the
 * deployments of an action that came together.
 */
create function plan_changes(plan bigint, since timestamptz, until timestamptz, lang text)
returns table (at timestamptz, journal_id bigint, place bigint, item json)
language sql stable rows 200 as $$
  with j as materialized (
    select j.*, case j.object when 'action_deployment' then 'deployment' when 'budget_line' then 'budget'
                              else j.object end as name
      from journal j
     where j.plan_id = $1 and j.at > $2 and j.at <= $3 and j.act in ('insert', 'update', 'withdraw')
       and (j.object <> 'action_deployment' or j.act <> 'insert') and j.object in ('plan', 'objective', 'measure', 'action', 'action_deployment', 'assignment', 'milestone',
                        'blocker', 'evidence', 'budget_line', 'measure_link', 'status_report')
  ), loaded as materialized (
    select j.at from j where j.object = 'plan' and j.act = 'insert'
  ), born as materialized (
    select j.at, j.object, j.object_id from j where j.act = 'insert' and j.object in ('measure', 'action')
  ), told as (
    -- a field that changed
    select j.at, j.id, row_number() over (partition by j.id order by k.key) as place, j.person_id, j.reason, j.name,
           split_part(j.number, '/', 1) as number, j.number as whole, n.field,
           change_value(k.key, j.before -> k.key) as old, change_value(k.key, j.after -> k.key) as new
      from j cross join lateral jsonb_object_keys(j.before || j.after) k (key)
     cross join lateral (select case when k.key = 'decision_from_id' then 'decision_from'
                                     when k.key = 'lead_id' then 'lead'
                                     when k.key in ('measure_id', 'objective_id', 'organisation_id')
                                       then left(k.key, -3) else k.key end as field) n
     where j.act = 'update' and j.object <> 'assignment'
       and k.key not in ('reported_at', 'reported_by', 'opened_by', 'added_by', 'closed_reason', 'sha256', 'id')
    union all
    -- something new
    select j.at, j.id, 1, j.person_id, j.reason, j.name, j.number, j.number, 'title', null,
           to_jsonb(in_lang($4, coalesce(j.after ->> 'title_fr', j.after ->> 'title'), j.after ->> 'title_en'))
      from j
     where j.act = 'insert' and j.object in ('plan', 'objective', 'measure', 'action', 'milestone', 'blocker', 'evidence')
       and (j.object = 'plan' or j.at not in (select l.at from loaded l))
    union all
    select j.at, j.id, row_number() over (partition by j.id order by k.key), j.person_id, j.reason, j.name,
           j.number, j.number, k.key, null, j.after -> k.key
      from j cross join (values ('planned'), ('committed'), ('spent')) k (key)
     where j.act = 'insert' and j.object = 'budget_line' and j.after ? k.key
       and j.at not in (select l.at from loaded l)
    union all
    -- deployments that came together
    select d.at, d.id, 1, d.person_id, null, 'action', d.number, d.number, 'deployments', null, to_jsonb(d.n)
      from (select j.at, max(j.id) as id, min(j.person_id) as person_id, split_part(j.number, '/', 1) as number,
                   count(*) as n
              from journal j
             where j.plan_id = $1 and j.at > $2 and j.at <= $3 and j.object = 'action_deployment' and j.act = 'insert'
             group by j.at, split_part(j.number, '/', 1)) d
     where d.at not in (select l.at from loaded l)
    union all
    -- who carries it: what ended and what began at once is one change
    select s.at, max(s.id), s.place, min(s.person_id),
           (select max(r.reason) from j r where r.at = s.at and r.object = s.name and r.number = s.number), s.name, s.number, s.number, s.role,
           to_jsonb(max(s.organisation) filter (where s.ended)), to_jsonb(max(s.organisation) filter (where not s.ended))
      from (select j.at, j.id, j.person_id, j.number, a.role, o.code as organisation, j.act = 'update' as ended,
                   case when a.measure_id is null then 'action' else 'measure' end as name,
                   row_number() over (partition by j.at, a.measure_id, a.action_id, a.role, j.act order by j.id) as place
              from j join assignment a on a.id = j.object_id join organisation o on o.id = a.organisation_id
             where j.object = 'assignment' and (j.act = 'insert' or j.after ? 'until_on')
               and not exists (select 1 from born b where b.at = j.at
                                and (b.object = 'measure' and b.object_id = a.measure_id
                                     or b.object = 'action' and b.object_id = a.action_id))) s
     group by s.at, s.name, s.number, s.role, s.place
    union all
    select j.at, j.id, 1, j.person_id, j.reason, j.name, split_part(j.number, '/', 1), j.number, 'withdrawn',
           j.before, j.after
      from j where j.act = 'withdraw'
  )
  select t.at, t.id, t.place, json_build_object(
           'at', instant_json(t.at), 'by', person_json(t.person_id), 'object', t.name, 'number', t.number,
           'territory', nullif(split_part(t.whole, '/', 2), ''),
           'organisation', nullif(split_part(t.whole, '/', 3), ''),
           'field', t.field, 'old', t.old, 'new', t.new, 'reason', t.reason)
    from told t
$$;

-- What changed, withdrawn reports included: they are rows of their own, not versions of one.
create function plan_moves(plan bigint, since timestamptz, until timestamptz, lang text)
returns table (at timestamptz, journal_id bigint, place bigint, item json)
language sql stable rows 200 as $$
  select c.at, c.journal_id, c.place, c.item from plan_changes($1, $2, $3, $4) c
  union all
  select w.withdrawn_at, 0, w.report_id, json_build_object(
           'at', instant_json(w.withdrawn_at), 'by', person_json(w.person_id), 'object', 'status_report',
           'number', a.number, 'territory', d.territory,
           'organisation', (select o.code from organisation o where o.id = d.organisation_id),
           'field', 'withdrawn', 'old', instant_json(r.recorded_at), 'new', null, 'reason', w.reason)
    from status_report_withdrawal w
    join status_report r on r.id = w.report_id
    join action a on a.id = r.action_id
    left join action_deployment d on d.id = r.deployment_id
   where w.plan_id = $1 and w.withdrawn_at > $2 and w.withdrawn_at <= $3
$$;

/*
 * The progress of a plan month by month, from its beginning to its end.
 * `planned`: each action straight from its start to its initial due date.
 * `actual`: as known at the end of the month (of the present month: now), null
 * before anything was known and in the future.  Measures and actions weigh as
 * they do now; what was dropped or carried over is in neither.
 *
 * Each action walks back through its history month by month in which it changed,
 * one index probe a step, however long the history is.
 */
create function plan_trajectory(plan bigint, as_of timestamptz, on_day date)
returns table (period text, last_day date, planned double precision, actual double precision)
language sql stable rows 40 as $$
  with recursive p as materialized (
    select p.*, coalesce($2, now()) as seen_at from plan_at($1, $2) p
  ), months as materialized (
    select to_char(m, 'YYYY-MM') as period, (m + interval '1 month' - interval '1 day')::date as last_day,
           case when m <= $3 then least((m + interval '1 month') at time zone p.time_zone
                                        - interval '1 microsecond', p.seen_at) end as seen_at
      from p cross join lateral generate_series(date_trunc('month', p.start_on::timestamp),
                                                p.end_on::timestamp, interval '1 month') m
  ), weights as materialized (
    select a.id, a.measure_id, a.weight::double precision as weight,
           m.weight::double precision as measure_weight, a.status, coalesce(a.start_on, p.start_on) as start_on, coalesce(a.initial_due_on, p.end_on) as due_on
      from p cross join action_at($1, $2) a join measure_at($1, $2) m on m.id = a.measure_id
  ), walk as (
    select w.id, w.measure_id, w.weight, w.measure_weight, h.status, h.progress, h.known_from,
           'infinity'::timestamptz as until
      from weights w
     cross join lateral (select h.status, h.progress, h.known_from from action_history h
                          where h.id = w.id and h.known_from <= (select max(m.seen_at) from months m)
                          order by h.known_from desc, h.history_id desc limit 1) h
    union all
    select w.id, w.measure_id, w.weight, w.measure_weight, h.status, h.progress, h.known_from, w.known_from
      from walk w
     cross join lateral (select h.status, h.progress, h.known_from from action_history h
                          where h.id = w.id
                            and h.known_from <= (select max(m.seen_at) from months m where m.seen_at < w.known_from)
                          order by h.known_from desc, h.history_id desc limit 1) h
  ), actual_of as (
    select n.period, sum(n.measure_weight * n.progress)
           / nullif(sum(n.measure_weight) filter (where n.progress is not null), 0) as progress
      from (select m.period, w.measure_weight,
                   sum(w.weight * c.counted) / nullif(sum(w.weight) filter (where c.counted is not null), 0) as progress
              from months m join walk w on m.seen_at >= w.known_from and m.seen_at < w.until
             cross join lateral (select counted_progress(w.status, w.progress) as counted) c
             group by m.period, w.measure_id, w.measure_weight) n
     group by n.period
  ), planned_of as (
    select n.period, sum(n.measure_weight * n.progress) / nullif(sum(n.measure_weight), 0) as progress
      from (select m.period, w.measure_weight,
                   sum(w.weight * planned_share(w.start_on, w.due_on, m.last_day)) / nullif(sum(w.weight), 0) as progress
              from months m cross join weights w
             where w.status not in ('dropped', 'carried_over')
             group by m.period, w.measure_id, w.measure_weight) n
     group by n.period
  )
  select m.period, m.last_day, e.progress, a.progress
    from months m
    left join planned_of e on e.period = m.period
    left join actual_of a on a.period = m.period
$$;

-- Where the plan was to be on a day, by the same path.
create function plan_planned(plan bigint, as_of timestamptz, on_day date) returns double precision
language sql stable as $$
  select sum(o.measure_weight * o.progress) / nullif(sum(o.measure_weight), 0)
    from (select a.measure_id, m.weight as measure_weight,
                 sum(a.weight * planned_share(coalesce(a.start_on, p.start_on), coalesce(a.initial_due_on, p.end_on), $3))
                 / nullif(sum(a.weight), 0) as progress
            from plan_at($1, $2) p cross join action_at($1, $2) a join measure_at($1, $2) m on m.id = a.measure_id
           where a.status not in ('dropped', 'carried_over')
           group by a.measure_id, m.weight) o
$$;

/*
 * Every département with how far its deployments are: `progress` weighs as the
 * plan does.  Nobody spoke there: missing; nothing is deployed there: not applicable.
 */
create function plan_departments(plan bigint, as_of timestamptz, lang text, on_day date)
returns table (territory text, expected bigint, up_to_date boolean, item json)
language sql stable rows 101 as $$
  with p as materialized (
    select p.* from plan_at($1, $2) p
  ), known as (
    select d.action_id, d.territory, d.status, d.progress, d.reported_at
      from action_deployment d where d.plan_id = $1 and $2 is null
    union all
    select d.action_id, d.territory, h.status, h.progress, h.reported_at
      from action_deployment d
     cross join lateral (select h.status, h.progress, h.reported_at from action_deployment_history h
                          where h.id = d.id and h.known_from <= $2
                          order by h.known_from desc, h.history_id desc limit 1) h
     where d.plan_id = $1 and $2 is not null
  ), actions as materialized (
    select a.id, a.measure_id, m.weight::double precision as measure_weight, a.weight::double precision as weight,
           coalesce(a.start_on, p.start_on) as start_on, p.stale_after_days, p.time_zone
      from p cross join action_at($1, $2) a join measure_at($1, $2) m on m.id = a.measure_id
  ), deployed as (
    select d.territory, a.measure_id, a.measure_weight, a.weight,
           counted_progress(d.status, d.progress) as counted, d.reported_at,
           is_stale(d.status, (d.reported_at at time zone a.time_zone)::date, a.start_on, a.stale_after_days, $4)
             as stale
      from known d join actions a on a.id = d.action_id
  ), measures as (
    select d.territory, d.measure_weight, count(*) as expected, count(d.reported_at) as reported,
           max(d.reported_at) as last_reported_at, bool_or(d.stale) as stale,
           sum(d.weight * d.counted) / nullif(sum(d.weight) filter (where d.counted is not null), 0) as progress
      from deployed d
     group by d.territory, d.measure_id, d.measure_weight
  ), places as (
    select m.territory, sum(m.expected)::bigint as expected, sum(m.reported)::bigint as reported,
           max(m.last_reported_at) as last_reported_at, bool_or(m.stale) as stale,
           sum(m.measure_weight * m.progress)
           / nullif(sum(m.measure_weight) filter (where m.progress is not null), 0) as progress
      from measures m
     group by m.territory
  )
  select t.code, coalesce(o.expected, 0), coalesce(o.reported > 0 and not o.stale, false),
         json_build_object(
           'territory', t.code, 'name', in_lang($3, t.name_fr, t.name_en),
           'state', s.state, 'reason', case when s.state = 'missing' then 'not_reported' end,
           'progress', case when s.state = 'value' then o.progress end,
           'reported', coalesce(o.reported, 0), 'expected', coalesce(o.expected, 0),
           'last_reported_at', instant_json(o.last_reported_at))
    from territory t
    left join places o on o.territory = t.code
   cross join lateral (select case when o.expected is null then 'not_applicable'
                                   when o.reported > 0 and o.progress is not null then 'value'
                                   else 'missing' end as state) s
   where t.level = 'department'
$$;

/*
 * The national figure of each published indicator: its last period, and twelve
 * periods for its curve.  What waits to be computed, or failed, is flagged stale
 * and keeps its last good value, in quarantine too.
 */
create function plan_indicators(plan bigint, as_of timestamptz, lang text)
returns table (place text, item json)
language sql stable rows 10 as $$
  select g.code, json_build_object(
           'id', g.code, 'name', coalesce(v.metadata #>> array['name', $3], v.metadata #>> '{name,fr}', g.code),
           'unit', v.metadata -> 'unit', 'decimals', v.metadata -> 'decimals',
           'direction', coalesce(v.metadata ->> 'direction', 'none'), 'version', v.version,
           'period', c.period, 'state', coalesce(c.state, 'missing'), 'value', c.value,
           'reason', case when c.state is null then 'not_reported' else coalesce(c.reason_text, c.reason) end,
           'flags', to_json(coalesce(c.flags, '{}') || case when s.stale then array['stale'] else '{}' end),
           'coverage', json_build_object('received', c.received, 'expected', c.expected), 'target', null,
           'computed_at', instant_json(case when $2 is null then coalesce(r.refreshed_at, c.known_from)
                                            else c.known_from end),
           'spark', coalesce(k.spark, '[]'))
    from plugin g
    join plugin_version v on v.plugin_id = g.id and v.active
    left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = g.id
    left join lateral (
      select * from indicator_value i
       where i.plan_id = $1 and i.plugin_id = g.id and i.territory = 'FR' and i.audience = 'exact'
         and i.level = 'national' and ($2 is null or i.known_from <= $2)
       order by i.period desc, i.known_from desc, i.id desc limit 1) c on true
    left join lateral (
      select json_agg(json_build_object('period', t.period, 'value', t.value) order by t.period) as spark
        from (select distinct on (i.period) i.period, i.value from indicator_value i
               where i.plan_id = $1 and i.plugin_id = g.id and i.territory = 'FR' and i.audience = 'exact'
                 and i.level = 'national' and ($2 is null or i.known_from <= $2)
               order by i.period desc, i.known_from desc, i.id desc limit 12) t) k on true
   cross join lateral (
      select $2 is null and indicator_stale($1, g.id) is not null
             and not coalesce('stale' = any (c.flags), false) as stale) s
   where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
$$;
