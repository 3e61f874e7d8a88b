-- Computing indicators: what plugins see of actions, how far a value can be trusted.

-- Figures are compared at twelve significant digits.
create function same_figure(a double precision, b double precision) returns boolean
language sql immutable parallel safe as $$
  select a is not distinct from b
      or coalesce(to_char(a, '9.99999999999EEEE') = to_char(b, '9.99999999999EEEE'), false)
$$;

/*
 * The rows that indicators are computed from, as known at `as_of` (null: now).
 * cell_level and cell say whose figure a row counts in: one row an action for
 * the nation, one row a deployment for its département and for its region of
 * the day `on_day`.  A budget is the action's: deployments carry none.
 */
create function indicator_rows(plan bigint, as_of timestamptz, on_day date)
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
      join plan p on p.id = a.plan_id
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
     where p.from_on <= $3 and (p.to_on is null or p.to_on > $3)
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

/*
 * How far an indicator can be trusted now: null when its values are those of
 * the present rows, else why they are not.
 *   pending      a change waits to be computed
 *   failed       the computation fails, the last good values are shown
 *   quarantined  it failed three times and is not tried again with this version
 *   broken       its file cannot be read: nothing is computed until it is repaired
 */
create function indicator_stale(plan bigint, plugin_id bigint) returns text
language sql stable as $$
  select case when p.on_disk = 'broken' then 'broken'
              when r.failed_since is not null and r.failures >= 3 then 'quarantined'
              when r.failed_since is not null then 'failed'
              when r.refreshed_at is null
                or exists (select 1 from job j where j.kind = 'refresh' and j.plan_id = $1) then 'pending' end
    from plugin p left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = p.id
   where p.id = $2
$$;

-- The same as answers show it: null, or why, since when, and what was found.
create function indicator_trust(plan bigint, plugin_id bigint, lang text) returns json
language sql stable as $$
  select case when s.why is not null then json_build_object(
           'reason', s.why,
           'since', instant_json(case s.why when 'pending' then
                      (select min(j.created_at) from job j where j.kind = 'refresh' and j.plan_id = $1)
                      else r.failed_since end),
           'finding', case when s.why <> 'pending' then r.finding -> $3 end) end
    from (select indicator_stale($1, $2) as why) s
    left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = $2
$$;

-- A cell as answers show it; `stale` adds that flag.
create function cell_json(c indicator_value, stale boolean) returns json
language sql immutable parallel safe as $$
  select json_strip_nulls(json_build_object(
           'territory', c.territory, 'period', c.period, 'state', c.state, 'reason', c.reason,
           'sentence', c.reason_text, 'value', c.value, 'numerator', c.numerator,
           'denominator', c.denominator, 'low', c.low, 'high', c.high, 'extra', c.extra,
           'coverage', case when c.expected is not null then
                         json_build_object('received', c.received, 'expected', c.expected) end,
           'flags', case when stale then c.flags || array['stale'] else c.flags end))
$$;
