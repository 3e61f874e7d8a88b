/*
 * What was known at an instant is searched in the index of versions from the first version on.  While a history is short
 * its planner prefers to read all of it for each row and to sort, and what one connection keeps of that goes on when it
 * is long; for a plan of a hundred assignments the search is the quicker of the two already.  As in 0008 otherwise.
 */
create or replace procedure readable_as_of(tbl text, key text default 'plan_id') language plpgsql as $p$
declare
  columns text;
begin
  select string_agg(format('h.%I', column_name), ', ' order by ordinal_position) into columns
    from information_schema.columns where table_schema = 'public' and table_name = tbl;
  execute format($f$
    create or replace function %1$I(plan bigint, as_of timestamptz) returns setof %2$I
    language plpgsql stable rows 60 set enable_seqscan = off as $body$
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

create or replace procedure readable_of_action(tbl text) language plpgsql as $p$
declare
  columns text;
begin
  select string_agg(format('h.%I', column_name), ', ' order by ordinal_position) into columns
    from information_schema.columns where table_schema = 'public' and table_name = tbl;
  execute format($f$
    create or replace function %1$I(action bigint, as_of timestamptz) returns setof %2$I
    language plpgsql stable rows 5 set enable_seqscan = off as $body$
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

do $$
declare
  t text;
begin
  foreach t in array array['objective', 'measure', 'action', 'action_deployment', 'assignment', 'milestone', 'blocker', 'evidence',
                           'budget_line', 'roster', 'campaign', 'expectation', 'report', 'target', 'measure_indicator'] loop
    call readable_as_of(t);
  end loop;
  call readable_as_of('plan', 'id');
  foreach t in array array['action_deployment', 'assignment', 'milestone', 'blocker', 'budget_line'] loop
    call readable_of_action(t);
  end loop;
end $$;
alter function organisations_at(timestamptz) set enable_seqscan = off;
