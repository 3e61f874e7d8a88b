-- Alerts: the state of each watch on an indicator, period after period, as it was known.

-- Append-only, as the cells that it rests on: the current state of a period is the latest known.
create table alert_state (
  id         bigint generated always as identity primary key,
  plan_id    bigint not null references plan,
  plugin_id  bigint not null references plugin,
  version_id bigint not null references plugin_version,
  level      text not null check (level in ('national', 'region', 'department')),
  territory  text not null references territory,
  period     text not null constraint alert_state_period check (period_end(period) is not null),
  state      text not null check (state in ('ok', 'warning', 'alert', 'no_data', 'error')),
  -- the period from which on it was in this state
  since      text not null constraint alert_state_since check (period_end(since) <= period_end(period)),
  value      double precision constraint alert_state_value_check check (abs(value) < 'infinity'),
  known_from timestamptz not null default clock_timestamp(),
  constraint alert_state_rests_on_a_value check (case when state in ('no_data', 'error') then value is null
                                                      else value is not null end)
);
create index on alert_state (plan_id, plugin_id, territory, period, known_from desc);
create index on alert_state (plugin_id);
create index on alert_state (version_id);
create index on alert_state (territory);
alter table alert_state enable row level security;
alter table alert_state force row level security;
create policy read on alert_state for select using
  ((select vigie_service()) or plan_id in (select vigie_plans()));
create policy compute_insert on alert_state for insert with check (vigie_service());

-- Whoever retires an indicator must know the alerts that watch it, too.
create or replace function plugin_reads(metadata jsonb) returns setof text
language sql immutable as $$
  select distinct split_part(i.value ->> 'id', '@', 1)
    from jsonb_each(case when jsonb_typeof($1 -> 'inputs') = 'object' then $1 -> 'inputs' else '{}' end) i
   where i.value ->> 'kind' = 'indicator_value' and i.value ->> 'id' is not null
  union
  select split_part($1 ->> 'on', '@', 1) where $1 ->> 'on' is not null
$$;

-- The states of a plan's alerts as known at as_of (null: now), one row an alert, territory and period.
create function alert_states(plan bigint, as_of timestamptz) returns setof alert_state
language sql stable as $$
  select distinct on (s.plugin_id, s.territory, s.period) s.*
    from alert_state s
   where s.plan_id = $1 and s.known_from <= coalesce($2, 'infinity')
   order by s.plugin_id, s.territory, s.period, s.known_from desc, s.id desc
$$;

-- A state as answers show it, with what is watched.
create function alert_json(s alert_state, code text, metadata jsonb, lang text) returns json
language plpgsql stable as $$
declare
  watched jsonb;
begin
  select v.metadata into watched
    from plugin g join plugin_version v on v.plugin_id = g.id and v.active
   where g.code = split_part($3 ->> 'on', '@', 1);
  return json_build_object(
    'id', $2, 'name', in_lang($4, $3 #>> '{name,fr}', $3 #>> '{name,en}'),
    'summary', in_lang($4, $3 #>> '{summary,fr}', $3 #>> '{summary,en}'),
    'indicator', json_build_object('id', split_part($3 ->> 'on', '@', 1),
      'name', in_lang($4, watched #>> '{name,fr}', watched #>> '{name,en}'), 'unit', watched ->> 'unit',
      'decimals', (watched ->> 'decimals')::integer),
    'level', s.level, 'territory', s.territory, 'period', s.period, 'state', s.state, 'since', s.since,
    'value', s.value, 'when', $3 -> 'when', 'for_periods', ($3 ->> 'for_periods')::integer, 'resolve', $3 -> 'resolve',
    'version', (select v.version from plugin_version v where v.id = s.version_id), 'known_from', instant_json(s.known_from));
end $$;
