-- Indicators that read series, populations, blockers and each other.

-- The calculation of a formula, as traced when its text was checked: of a text, be it a draft's or a
-- version's.  None: the text has a compute.
create table plugin_graph (
  sha256 text primary key check (length(sha256) = 64),
  graph  jsonb not null
);
alter table plugin_graph enable row level security;
alter table plugin_graph force row level security;
create policy read on plugin_graph for select using (
  (select vigie_service()) or (select vigie_person()) is not null);
create policy trace on plugin_graph for insert with check (vigie_analyses());

-- A mark may be for one indicator; null: for all that read the plan's actions.
alter table job add column plugin_id bigint references plugin;
create index on job (plugin_id);

-- What the active versions read, a row an input.
create function indicator_reads() returns table (plugin_id bigint, code text, kind text, id text)
language sql stable security definer set search_path = public, pg_temp as $$
  select g.id, g.code, i.value ->> 'kind', split_part(i.value ->> 'id', '@', 1)
    from plugin g
    join plugin_version v on v.plugin_id = g.id and v.active
   cross join lateral jsonb_each(case when jsonb_typeof(v.metadata -> 'inputs') = 'object'
                                      then v.metadata -> 'inputs' else '{}' end) i
   where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
$$;

-- The indicators whose values a figure of this series may move: those that read it, those that read
-- these, and so on.  A ring ends where it began.
create function indicators_of_series(series text) returns setof bigint
language sql stable as $$
  with recursive reads as materialized (select * from indicator_reads()),
  touched (plugin_id, code) as (
    select r.plugin_id, r.code from reads r where r.kind = 'series' and r.id = $1
    union
    select r.plugin_id, r.code
      from touched t join reads r on r.kind = 'indicator_value' and r.id = t.code
                                  or r.kind = 'cells' and r.plugin_id <> t.plugin_id)
  select distinct plugin_id from touched
$$;

-- Does it rest on a sensitive count, itself or by another indicator?
create function indicator_sensitive(metadata jsonb) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive read (metadata) as (
    select $1
    union
    select v.metadata
      from read r
     cross join lateral jsonb_each(case when jsonb_typeof(r.metadata -> 'inputs') = 'object'
                                        then r.metadata -> 'inputs' else '{}' end) i
      join plugin g on i.value ->> 'kind' = 'indicator_value' and g.code = split_part(i.value ->> 'id', '@', 1)
      join plugin_version v on v.plugin_id = g.id and v.active)
  select exists (
    select 1 from read r
     cross join lateral jsonb_each(case when jsonb_typeof(r.metadata -> 'inputs') = 'object'
                                        then r.metadata -> 'inputs' else '{}' end) i
      join series s on i.value ->> 'kind' = 'series' and s.code = i.value ->> 'id' and s.sensitive)
$$;

-- A cell that rests on a sensitive count is read like one: in one's own scope, beyond it by analysts and
-- coordinators, for whom the server asks for a reason to open it.
alter table indicator_value add column sensitive boolean not null default false;
drop policy read on indicator_value;
create policy read on indicator_value for select using ((select vigie_service()) or (
  plan_id in (select vigie_plans())
  and (not sensitive or plan_id in (select vigie_plans_as('{analyst,coordinator}'))
       or (plan_id, territory) in (select s.plan_id, s.territory from vigie_scope() s))));

create or replace function indicator_stale(plan bigint, plugin_id bigint) returns text
language sql stable as $$
  select case when p.on_disk = 'broken' then 'broken'
              when r.failed_since is not null and r.failures >= 3 then 'quarantined'
              when r.failed_since is not null then 'failed'
              when r.refreshed_at is null
                or exists (select 1 from job j where j.kind = 'refresh' and j.plan_id = $1
                              and (j.plugin_id is null or j.plugin_id = $2)) then 'pending' end
    from plugin p left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = p.id
   where p.id = $2
$$;

create or replace function indicator_trust(plan bigint, plugin_id bigint, lang text) returns json
language sql stable as $$
  select case when s.why is not null then json_build_object(
           'reason', s.why,
           'since', instant_json(case s.why when 'pending' then
                      (select min(j.created_at) from job j where j.kind = 'refresh' and j.plan_id = $1
                          and (j.plugin_id is null or j.plugin_id = $2))
                      else r.failed_since end),
           'finding', case when s.why <> 'pending' then r.finding -> $3 end) end
    from (select indicator_stale($1, $2) as why) s
    left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = $2
$$;
