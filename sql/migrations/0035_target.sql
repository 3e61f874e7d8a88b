-- Targets: from what value an indicator starts in a territory, what it is to reach, when, and by which way.

-- The last day of a period: 2026-03, 2026-Q1 or 2026.  Null when the text is none.
create function period_end(period text) returns date
language sql immutable parallel safe as $$
  select case when $1 ~ '^[0-9]{4}$' then make_date($1::integer, 12, 31)
              when $1 ~ '^[0-9]{4}-Q[1-4]$'
                then (make_date(left($1, 4)::integer, 3 * right($1, 1)::integer - 2, 1) + interval '3 months - 1 day')::date
              when $1 ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'
                then (make_date(left($1, 4)::integer, right($1, 2)::integer, 1) + interval '1 month - 1 day')::date end
$$;

/*
 * One a plan, indicator and territory.  `steps`: [{"period", "value"}] in order, what a stepped path asks from the end
 * of each period on; a linear one has none.  A target is changed or withdrawn with a reason; its history keeps the rest.
 */
create table target (
  id              bigint generated always as identity primary key,
  plan_id         bigint not null references plan,
  plugin_id       bigint not null references plugin,
  territory       text not null references territory,
  baseline        double precision not null constraint target_baseline check (abs(baseline) < 1e15),
  baseline_period text not null constraint target_baseline_period check (period_end(baseline_period) is not null),
  value           double precision not null constraint target_value check (abs(value) < 1e15),
  period          text not null constraint target_period check (period_end(period) is not null),
  path            text not null check (path in ('linear', 'stepped')),
  steps           jsonb not null default '[]',
  source          text not null constraint target_source check (source ~ '\S' and length(source) <= 1000),
  origin          text not null check (origin in ('published', 'illustrative')),
  withdrawn_at    timestamptz,
  set_at          timestamptz not null default now(),
  set_by          bigint references person default vigie_person(),
  change_reason   text check (length(change_reason) <= 1000),
  version         bigint not null default 1,
  constraint target_once unique (plan_id, plugin_id, territory),
  constraint target_periods check (period_end(period) > period_end(baseline_period)),
  constraint target_steps check (case when jsonb_typeof(steps) = 'array'
                                      then (jsonb_array_length(steps) > 0) = (path = 'stepped') else false end),
  constraint target_withdrawn_says_why check (withdrawn_at is null or coalesce(change_reason, '') ~ '\S')
);
create index on target (plugin_id);
create index on target (territory);
create index on target (set_by);
call allow('update', 'target');
call track('target', '(select p.code from plugin p where p.id = n.plugin_id) || ''/'' || n.territory', 'n.change_reason');
call keep_versions('target');
call readable_as_of('target');

do $$
declare
  t text;
begin
  foreach t in array array['target', 'target_history'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans()))', t);
  end loop;
  execute format('create policy keep on target_history for insert to %I with check (true)', current_user);
end $$;
create policy coordinate_insert on target for insert with check (vigie_coordinates(plan_id));
create policy coordinate_update on target for update using (vigie_coordinates(plan_id));

-- A target as answers show it.
create function target_json(t target) returns jsonb
language plpgsql stable as $$
begin
  return jsonb_build_object(
    'territory', t.territory, 'baseline', jsonb_build_object('value', t.baseline, 'period', t.baseline_period),
    'target', jsonb_build_object('value', t.value, 'period', t.period), 'path', t.path, 'steps', t.steps,
    'source', t.source, 'origin', t.origin, 'withdrawn_at', instant_json(t.withdrawn_at),
    'set_at', instant_json(t.set_at), 'set_by', person_json(t.set_by), 'reason', t.change_reason, 'version', t.version);
end $$;

/*
 * The values of an indicator in one territory as all readers of the plan see them, oldest first: the
 * status of a figure depends on the ones before it.  Of one that rests on sensitive counts only the
 * protected ones count, so that a status gives away no more than they do.
 */
create function target_course(plan bigint, plugin bigint, closed boolean, territory text, as_of timestamptz) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('period', c.period, 'value', c.value) order by c.period), '[]')
    from (select distinct on (i.period) i.period, i.state, i.value
            from indicator_value i
           where i.plan_id = $1 and i.plugin_id = $2 and i.territory = $4
             and i.audience = case when $3 then 'protected' else 'exact' end
             and i.known_from <= coalesce($5, 'infinity')
           order by i.period, i.known_from desc, i.id desc) c
   where c.state = 'value'
$$;
