-- Sums of double precision in one order, whatever plan PostgreSQL finds: the same answer for the same rows, bit by bit.
-- What is computed is as 0051 has it.

/*
 * The progress of a plan, or of one of its measures (null: of all), month by month from the plan's beginning to its end.
 * `planned`: each action straight from its start to its initial due date.
 * `actual`: as known at the end of the month (of the present month: now), null
 * before anything was known and in the future.  Measures and actions weigh as
 * they do now; what was dropped or carried over is in neither.
 *
 * Each action walks back through its history month by month in which it changed,
 * one index probe a step, however long the history is.
 */
create or replace function plan_trajectory(plan bigint, as_of timestamptz, on_day date, measure bigint default null)
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
     where $4 is null or a.measure_id = $4
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
    select n.period, sum(n.measure_weight * n.progress order by n.measure_id)
           / nullif(sum(n.measure_weight order by n.measure_id) filter (where n.progress is not null), 0) as progress
      from (select m.period, w.measure_id, w.measure_weight,
                   sum(w.weight * c.counted order by w.id)
                   / nullif(sum(w.weight order by w.id) filter (where c.counted is not null), 0) as progress
              from months m join walk w on m.seen_at >= w.known_from and m.seen_at < w.until
             cross join lateral (select counted_progress(w.status, w.progress) as counted) c
             group by m.period, w.measure_id, w.measure_weight) n
     group by n.period
  ), planned_of as (
    select n.period, sum(n.measure_weight * n.progress order by n.measure_id)
           / nullif(sum(n.measure_weight order by n.measure_id), 0) as progress
      from (select m.period, w.measure_id, w.measure_weight,
                   sum(w.weight * planned_share(w.start_on, w.due_on, m.last_day) order by w.id)
                   / nullif(sum(w.weight order by w.id), 0) as progress
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

-- Where the plan, or one of its measures, was to be on a day, by the same path.
create or replace function plan_planned(plan bigint, as_of timestamptz, on_day date, measure bigint default null) returns double precision
language sql stable as $$
  select sum(o.measure_weight * o.progress order by o.measure_id) / nullif(sum(o.measure_weight), 0)
    from (select a.measure_id, m.weight as measure_weight,
                 sum(a.weight * planned_share(coalesce(a.start_on, p.start_on), coalesce(a.initial_due_on, p.end_on), $3)
                     order by a.id)
                 / nullif(sum(a.weight), 0) as progress
            from plan_at($1, $2) p cross join action_at($1, $2) a join measure_at($1, $2) m on m.id = a.measure_id
           where a.status not in ('dropped', 'carried_over') and ($4 is null or a.measure_id = $4)
           group by a.measure_id, m.weight) o
$$;
