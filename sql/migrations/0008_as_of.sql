-- Reading as of any date: what was known then, from the histories.

/*
 * For a tracked table, tbl_at(plan, as_of) gives its rows as they were known at
 * the instant `as_of`; null means now.  One index probe a row: no read grows
 * with the length of the history.
 */
create procedure readable_as_of(tbl text, key text default 'plan_id') language plpgsql as $p$
declare
  columns text;
begin
  select string_agg(format('h.%I', column_name), ', ' order by ordinal_position) into columns
    from information_schema.columns where table_schema = 'public' and table_name = tbl;
  execute format($f$
    create or replace function %1$I(plan bigint, as_of timestamptz) returns setof %2$I
    language plpgsql stable rows 60 as $body$
    begin
      if as_of is null then
        return query select t.* from %2$I t where t.%5$I = $1;
      else
        return query
          select v.* from %2$I t
           cross join lateral (select %4$s from %3$I h where h.id = t.id and h.known_from <= $2
                                order by h.known_from desc, h.history_id desc limit 1) v
           where t.%5$I = $1;
      end if;
    end $body$ $f$, tbl || '_at', tbl, tbl || '_history', columns, key);
end $p$;

do $$
declare
  t text;
begin
  foreach t in array array['objective', 'measure', 'action', 'action_deployment', 'assignment', 'milestone',
                           'blocker', 'evidence', 'budget_line'] loop
    call readable_as_of(t);
  end loop;
  call readable_as_of('plan', 'id');
end $$;

/*
 * For a part of actions, tbl_of(action, as_of) gives the rows of one action as
 * they were known at `as_of`; null means now.  tbl_at reads a whole plan.
 */
create procedure readable_of_action(tbl text) language plpgsql as $p$
declare
  columns text;
begin
  select string_agg(format('h.%I', column_name), ', ' order by ordinal_position) into columns
    from information_schema.columns where table_schema = 'public' and table_name = tbl;
  execute format($f$
    create or replace function %1$I(action bigint, as_of timestamptz) returns setof %2$I
    language plpgsql stable rows 5 as $body$
    begin
      if as_of is null then
        return query select t.* from %2$I t where t.action_id = $1;
      else
        return query
          select v.* from %2$I t
           cross join lateral (select %4$s from %3$I h where h.id = t.id and h.known_from <= $2
                                order by h.known_from desc, h.history_id desc limit 1) v
           where t.action_id = $1;
      end if;
    end $body$ $f$, tbl || '_of', tbl, tbl || '_history', columns);
end $p$;

call readable_of_action('action_deployment');
call readable_of_action('assignment');
call readable_of_action('milestone');
call readable_of_action('blocker');
call readable_of_action('budget_line');

-- One action by its number, as known at `as_of`; null means now.
create function action_one(plan bigint, number text, as_of timestamptz) returns setof action
language plpgsql stable rows 1 as $$
begin
  if as_of is null then
    return query select a.* from action a where a.plan_id = $1 and a.number = $2;
  else
    return query select a.* from action_at($1, $3) a where a.number = $2;
  end if;
end $$;

-- The day on which something read as of an instant is judged late: that day in the plan's zone, or today.
create function as_of_day(plan bigint, as_of timestamptz, today date) returns date
language plpgsql stable as $$
begin
  if as_of is null then
    return today;
  end if;
  return coalesce((select (as_of at time zone p.time_zone)::date from plan p where p.id = $1), today);
end $$;

-- Derived, never typed.  `on_day` is today, or the day that is read as of.
create function is_late(status text, due_on date, on_day date) returns boolean
language sql immutable parallel safe as $$
  select coalesce(due_on < on_day and status in ('not_started', 'in_progress', 'on_hold'), false)
$$;

-- Nothing was said for more than `after` days: since the last report, or since
-- the work was to begin.  What is finished, dropped or carried over owes no news.
create function is_stale(status text, reported_on date, start_on date, after integer, on_day date)
returns boolean
language sql immutable parallel safe as $$
  select coalesce(status in ('not_started', 'in_progress', 'on_hold')
                  and on_day - coalesce(reported_on, start_on) > after, false)
$$;

-- The actions of a plan with what is derived from them.  Use as (s.a).number, s.late.
create function action_state(plan bigint, as_of timestamptz, on_day date)
returns table (a action, late boolean, stale boolean, blocked boolean)
language sql stable rows 60 as $$
  select a,
         is_late(a.status, a.due_on, $3),
         is_stale(a.status, (a.reported_at at time zone p.time_zone)::date,
                  coalesce(a.start_on, p.start_on), p.stale_after_days, $3),
         exists (select 1 from blocker_at($1, $2) b where b.action_id = a.id and b.closed_on is null)
    from action_at($1, $2) a, plan_at($1, $2) p
$$;
