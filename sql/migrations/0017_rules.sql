-- What the rules of the plan forbid, refused whoever writes: code that is wrong, a hand in psql.

-- What was declared is the same set of columns in three tables, with the same rules.
create procedure declare_rules(tbl text, prefix text) language plpgsql as $p$
begin
  execute format($f$
    alter table %1$I
      add constraint %2$I check (comment ~ '\S'),
      add constraint %3$I check (reason ~ '\S'),
      add constraint %4$I check ((carried_plan is null) = (carried_measure is null))
  $f$, tbl, prefix || '_comment_says', prefix || '_reason_says', prefix || '_carried_says_both');
end $p$;
call declare_rules('action', 'action');
call declare_rules('action_deployment', 'deployment');
call declare_rules('status_report', 'report');

alter table status_report
  add constraint report_status check (status in ('not_started', 'in_progress', 'done', 'on_hold', 'dropped', 'carried_over')),
  add constraint report_progress check (progress between 0 and 100),
  add constraint report_confidence check (confidence in ('secured', 'achievable', 'support_needed', 'compromised')),
  add constraint report_comment_length check (length(comment) <= 4000),
  add constraint report_reason_length check (length(reason) <= 1000),
  add constraint report_done_is_100 check ((status = 'done') = (progress is not distinct from 100)),
  add constraint report_done_has_day check ((status = 'done') = (done_on is not null)),
  add constraint report_not_started_is_0 check (status <> 'not_started' or coalesce(progress, 0) = 0),
  add constraint report_confidence_says_why check (confidence is null or comment is not null),
  add constraint report_dropped_says_why check (status <> 'dropped' or reason is not null),
  add constraint report_carried_says_where check ((status = 'carried_over') = (carried_plan is not null));

-- A zone that PostgreSQL does not know would fail every read of the plan.
alter table plan add constraint plan_time_zone
  check ((timestamptz '2024-01-01 00:00+00' at time zone time_zone) is not null);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% refuses a change of %', tg_name, tg_table_name
    using errcode = '23514', constraint = tg_name, table = tg_table_name;
end $$;

/*
 * Each change of a tracked row makes the version after the last: code that
 * forgets it would write a history where two states have one version, and a
 * second writer would not be told.
 */
create procedure keep_versions(tbl text) language plpgsql as $p$
begin
  execute format('create trigger next_version before update on %I for each row'
                 ' when (new.version is distinct from old.version + 1) execute function refuse_change()', tbl);
end $p$;

do $$
declare
  t text;
begin
  foreach t in array array['plan', 'objective', 'measure', 'measure_link', 'action', 'action_deployment', 'assignment',
                           'milestone', 'blocker', 'evidence', 'budget_line', 'organisation', 'person', 'series'] loop
    call keep_versions(t);
  end loop;
  -- The first due date stays beside the revised one.
  foreach t in array array['action', 'milestone'] loop
    execute format('create trigger initial_due_on_stays before update on %I for each row'
                   ' when (old.initial_due_on is not null and new.initial_due_on is distinct from old.initial_due_on)'
                   ' execute function refuse_change()', t);
  end loop;
end $$;

-- Territories come with migrations alone.
call deny('insert', 'territory');
call deny('insert', 'territory_parent');
