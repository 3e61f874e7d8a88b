-- Campaigns: each month, who is to answer what, who has, and what was said of each figure.

-- Who answers for what, from when to when.  A referent's seat may be vacant (person null): it is expected
-- to answer all the same.  'exempt': these départements owe this organisation's answer to nobody.
create table roster (
  id              bigint generated always as identity primary key,
  plan_id         bigint not null references plan,
  kind            text not null check (kind in ('referent', 'deputy', 'exempt')),
  organisation_id bigint not null references organisation,
  territories     text[] not null constraint roster_territories check (cardinality(territories) > 0),
  person_id       bigint references person,
  reason          text constraint roster_reason check (reason ~ '\S' and length(reason) <= 1000),
  from_on         date not null,
  until_on        date,
  version         bigint not null default 1,
  constraint roster_dates check (until_on is null or until_on >= from_on),
  constraint roster_exempt_says_why check (kind <> 'exempt' or reason is not null),
  constraint roster_person check (case kind when 'exempt' then person_id is null
                                            when 'deputy' then person_id is not null else true end)
);
create index on roster (plan_id, organisation_id);
create index on roster (organisation_id);
create index on roster (person_id);

-- `expects`: [{"series", "kinds"}], which series from which kinds of organisation, in the order of the form.
create table campaign (
  id            bigint generated always as identity primary key,
  plan_id       bigint not null references plan,
  period        text not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  opens_on      date not null,
  due_on        date not null,
  closed_at     timestamptz,
  expects       jsonb not null check (jsonb_typeof(expects) = 'array'),
  deployments   boolean not null default true,
  change_reason text check (length(change_reason) <= 1000),
  version       bigint not null default 1,
  constraint campaign_once unique (plan_id, period),
  unique (plan_id, id),
  constraint campaign_dates check (due_on >= opens_on)
);

create table expectation (
  id              bigint generated always as identity primary key,
  plan_id         bigint not null references plan,
  campaign_id     bigint not null,
  territory       text not null references territory,
  organisation_id bigint not null references organisation,
  exempt_reason   text constraint expectation_reason check (exempt_reason ~ '\S' and length(exempt_reason) <= 1000),
  version         bigint not null default 1,
  unique (campaign_id, territory, organisation_id),
  unique (plan_id, id),
  foreign key (plan_id, campaign_id) references campaign (plan_id, id)
);
create index on expectation (plan_id, campaign_id);
create index on expectation (territory);
create index on expectation (organisation_id);

-- The answer of one unit.  None: still expected.  Late is derived.  `nothing_new` is an answer: no figure
-- goes with it, so that it is neither zero nor silence.
create table report (
  id            bigint generated always as identity primary key,
  plan_id       bigint not null references plan,
  expectation_id bigint not null unique,
  state         text not null check (state in ('draft', 'submitted', 'returned', 'validated')),
  nothing_new   boolean not null default false,
  comment       text check (length(comment) <= 4000),
  change_reason text check (length(change_reason) <= 1000),
  answered_at   timestamptz,
  submitted_at  timestamptz,
  submitted_by  bigint references person,
  validated_at  timestamptz,
  validated_by  bigint references person,
  version       bigint not null default 1,
  foreign key (plan_id, expectation_id) references expectation (plan_id, id),
  constraint report_answered check (state = 'draft' or (answered_at is not null and submitted_at is not null)),
  constraint report_validated check ((state = 'validated') = (validated_at is not null))
);
create index on report (plan_id, expectation_id);
create index on report (submitted_by);
create index on report (validated_by);

-- What is being typed, as typed, by whoever answers for the unit: it outlives the person's session and account.
create table report_draft (
  expectation_id bigint primary key,
  plan_id        bigint not null references plan,
  body           jsonb check (jsonb_typeof(body) = 'object'),
  saved_at       timestamptz not null default now(),
  saved_by       bigint references person,
  version        bigint not null default 1,
  foreign key (plan_id, expectation_id) references expectation (plan_id, id)
);
create index on report_draft (plan_id, expectation_id);
create index on report_draft (saved_by);

-- Every act on a figure of a report, append-only: the last one is what stands, all of them its thread.
-- The journal does not repeat them, since more people read the journal than may read the figures.
create table report_figure (
  id             bigint generated always as identity primary key,
  plan_id        bigint not null references plan,
  expectation_id bigint not null,
  series_id      bigint not null references series,
  dims           dims_text,
  act            text not null check (act in ('submitted', 'corrected', 'revised', 'accepted', 'returned')),
  answer         text not null check (answer in ('value', 'missing', 'not_applicable')),
  value          numeric check (value >= 0 and value < 1e15),
  reason         text check (length(reason) <= 300),
  remark         text constraint report_figure_remark check (remark ~ '\S' and length(remark) <= 1000),
  at             timestamptz not null default now(),
  person_id      bigint references person default vigie_person(),
  request_id     text default current_setting('vigie.request', true),
  foreign key (plan_id, expectation_id) references expectation (plan_id, id),
  constraint report_figure_answer check ((answer = 'value') = (value is not null)),
  constraint report_figure_missing check ((answer = 'missing') = (reason is not null)),
  constraint report_figure_says_why check (act not in ('returned', 'revised') or remark is not null)
);
create index on report_figure (expectation_id, series_id, dims, id desc);
create index on report_figure (plan_id, expectation_id);
create index on report_figure (series_id);
create index on report_figure (person_id);

-- What campaigns record is known from what others do.
alter table observation_batch drop constraint observation_batch_via_check;
alter table observation_batch add constraint observation_batch_via_check
  check (via in ('api', 'csv', 'command', 'seed', 'demo', 'report'));

call track('roster', '(select o.code from organisation o where o.id = n.organisation_id)', 'n.reason');
call track('campaign', 'n.period', 'n.change_reason');
call track('expectation', '(select c.period || ''/'' || n.territory || ''/'' || o.code from campaign c, organisation o'
           ' where c.id = n.campaign_id and o.id = n.organisation_id)', 'n.exempt_reason');
call track('report', '(select c.period || ''/'' || e.territory || ''/'' || o.code from expectation e'
           ' join campaign c on c.id = e.campaign_id join organisation o on o.id = e.organisation_id'
           ' where e.id = n.expectation_id)', 'n.change_reason');

-- ------------------------------------------------------------------ who may see and write

-- A contributor whose scope holds the unit.
create function vigie_answers(plan bigint, organisation bigint, territory text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return vigie_service() or exists (
    select 1 from role_grant g
     where g.person_id = vigie_person() and g.revoked_at is null and g.role = 'contributor'
       and g.plan_id = $1 and g.organisation_id = $2
       and exists (select 1 from unnest(g.territories) s where territory_within($3, s)));
end $$;

-- The same, or a coordinator, for the unit of an expectation.
create function vigie_answers_for(expectation bigint) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  e expectation;
begin
  select x.* into e from expectation x where x.id = $1;
  return e.id is not null and (vigie_coordinates(e.plan_id) or vigie_answers(e.plan_id, e.organisation_id, e.territory));
end $$;

do $$
declare
  t text;
begin
  foreach t in array array['roster', 'campaign', 'expectation', 'report'] loop
    call allow('update', t);
    call keep_versions(t);
    call readable_as_of(t);
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans()))', t);
    execute format('alter table %I enable row level security', t || '_history');
    execute format('alter table %I force row level security', t || '_history');
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans()))', t || '_history');
    execute format('create policy keep on %I for insert to %I with check (true)', t || '_history', current_user);
  end loop;
  foreach t in array array['roster', 'campaign', 'expectation'] loop
    execute format('create policy coordinate_insert on %I for insert with check (vigie_coordinates(plan_id))', t);
    execute format('create policy coordinate_update on %I for update using (vigie_coordinates(plan_id))', t);
  end loop;
  foreach t in array array['report_draft', 'report_figure'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy read on %I for select using (vigie_answers_for(expectation_id))', t);
  end loop;
end $$;
create policy answer_insert on report for insert with check (vigie_answers_for(expectation_id));
create policy answer_update on report for update using (vigie_answers_for(expectation_id));
create policy answer_insert on report_draft for insert with check (vigie_answers_for(expectation_id));
create policy answer_update on report_draft for update using (vigie_answers_for(expectation_id));
create policy answer_insert on report_figure for insert
  with check (vigie_answers_for(expectation_id) and at = now() and person_id is not distinct from vigie_person());
call allow('update', 'report_draft');

-- ------------------------------------------------------------------ reading

-- The members of a figure, one row a combination: "age=minor;sex=female", in the order of the catalogue.
create function series_cells(dimensions jsonb) returns setof text
language sql immutable parallel safe rows 9 as $$
  with recursive d as (
    select row_number() over (order by x ->> 'id') as n, x from jsonb_array_elements($1) x
     where x ->> 'derived' is null
  ), cells (n, dims, at) as (
    select 0::bigint, '', '{}'::bigint[]
    union all
    select d.n, concat_ws(';', nullif(c.dims, ''), (d.x ->> 'id') || '=' || (m.member ->> 'id')), c.at || m.at
      from cells c
      join d on d.n = c.n + 1
     cross join jsonb_array_elements(d.x -> 'members') with ordinality m (member, at)
  )
  select dims from cells where n = (select count(*) from d) order by at
$$;

-- "mineurs, femmes" for "age=minor;sex=female"; null for no members.
create function dims_label(dims text, dimensions jsonb, lang text) returns text
language sql immutable parallel safe as $$
  select string_agg(m ->> $3, ', ' order by d ->> 'id')
    from jsonb_array_elements($2) d, jsonb_array_elements(d -> 'members') m
   where (d ->> 'id') || '=' || (m ->> 'id') = any (string_to_array($1, ';'))
$$;

-- The figures that a campaign asks of an organisation of this kind, in the order of the form.
create function campaign_cells(c campaign, kind text)
returns table (series_id bigint, code text, dims text, at bigint)
language sql stable rows 20 as $$
  select s.id, s.code, x.dims, e.n * 1000 + x.at
    from jsonb_array_elements($1.expects) with ordinality e (item, n)
    join series s on s.code = e.item ->> 'series'
   cross join lateral series_cells(s.dimensions) with ordinality x (dims, at)
   where e.item -> 'kinds' ? $2
$$;

-- What stands of each figure of a report.
create function report_standing(expectation bigint) returns setof report_figure
language sql stable rows 20 as $$
  select distinct on (f.series_id, f.dims) f.*
    from report_figure f where f.expectation_id = $1 order by f.series_id, f.dims, f.id desc
$$;

-- expected, submitted (waits for a look), accepted or returned.
create function figure_state(act text) returns text language sql immutable parallel safe as $$
  select case when act is null then 'expected' when act in ('accepted', 'returned') then act else 'submitted' end
$$;

-- What was said of a month: {"state", "value", "reason"}, null when nothing was.  Sensitive figures by who asks.
create function month_said(series bigint, plan bigint, territory text, organisation bigint, month date, dims text)
returns json language plpgsql stable as $$
begin
  return (
    select json_strip_nulls(json_build_object('state', o.state, 'value', o.value, 'reason', o.reason))
      from figure f
     cross join lateral (select x.* from observation x where x.figure_id = f.id
                          order by x.rank desc, x.vintage desc, x.recorded_at desc, x.id desc limit 1) o
     where f.key = figure_key($1, $2, $3, $4, $5, ($5 + interval '1 month - 1 day')::date, $6));
end $$;

-- Who answers for each unit on a day: its referents and deputies, by organisation and département.
create function roster_units(plan bigint, as_of timestamptz, from_on date, to_on date)
returns table (organisation_id bigint, territory text, exempt_reason text, people json)
language sql stable as $$
  select r.organisation_id, w.code, max(r.reason) filter (where r.kind = 'exempt'),
         coalesce(json_agg(json_build_object('kind', r.kind, 'person', person_json(r.person_id)) order by r.kind desc, r.id)
                  filter (where r.kind <> 'exempt'), '[]')
    from roster_at($1, $2) r
   cross join lateral (select distinct w.code from unnest(r.territories) s, territories_within(s) w (code)) w
    join territory t on t.code = w.code and t.level = 'department'
   where r.from_on <= $4 and (r.until_on is null or r.until_on >= $3)
   group by r.organisation_id, w.code
$$;

-- The units of a campaign with what is derived from their answers.
create function campaign_units(c campaign, as_of timestamptz, on_day date)
returns table (expectation_id bigint, territory text, organisation_id bigint, exempt_reason text, state text,
               late boolean, answered boolean, on_time boolean, r report)
language sql stable rows 200 as $$
  select e.id, e.territory, e.organisation_id, e.exempt_reason, x.state,
         x.state in ('expected', 'draft') and $1.due_on < $3,
         r.answered_at is not null,
         coalesce((r.answered_at at time zone p.time_zone)::date <= $1.due_on, false), r::report
    from expectation_at($1.plan_id, $2) e
    join plan p on p.id = e.plan_id
    left join report_at($1.plan_id, $2) r on r.expectation_id = e.id
   cross join lateral (select case when e.exempt_reason is not null then 'exempt'
                                   else coalesce(r.state, 'expected') end as state) x
   where e.campaign_id = $1.id
$$;

-- Counts of units; a rate is null where nothing is expected.
create function completeness_json(expected bigint, answered bigint, on_time bigint, validated bigint, returned bigint,
                                  draft bigint, silent bigint, late bigint, exempt bigint) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_build_object('expected', $1, 'answered', $2, 'on_time', $3, 'validated', $4, 'returned', $5,
           'draft', $6, 'silent', $7, 'late', $8, 'exempt', $9,
           'completeness', 100.0::float8 * $2 / nullif($1, 0), 'timeliness', 100.0::float8 * $3 / nullif($1, 0))
$$;

-- The same counts of a campaign: of all (territory and organisation null), by territory, by organisation.
create function campaign_counts(c campaign, as_of timestamptz, on_day date)
returns table (territory text, organisation_id bigint, counts jsonb)
language sql stable as $$
  select u.territory, u.organisation_id,
         completeness_json(count(*) filter (where state <> 'exempt'), count(*) filter (where answered and state <> 'exempt'),
           count(*) filter (where on_time and state <> 'exempt'), count(*) filter (where state = 'validated'),
           count(*) filter (where state = 'returned'), count(*) filter (where state = 'draft'),
           count(*) filter (where state = 'expected'), count(*) filter (where late), count(*) filter (where state = 'exempt'))
    from campaign_units($1, $2, $3) u
   group by grouping sets ((), (u.territory), (u.organisation_id))
$$;

create function campaign_json(c campaign, as_of timestamptz, on_day date, lang text) returns jsonb
language plpgsql stable as $$
begin
  return jsonb_build_object(
    'period', c.period, 'opens_on', c.opens_on, 'due_on', c.due_on, 'closed_at', instant_json(c.closed_at),
    'state', case when c.closed_at is not null then 'closed' when c.opens_on > on_day then 'planned'
                  when c.due_on < on_day then 'late' else 'open' end,
    'series', coalesce((select jsonb_agg(jsonb_build_object('id', s.code, 'name', in_lang($4, s.name_fr, s.name_en),
                                         'kinds', e.item -> 'kinds') order by e.n)
                          from jsonb_array_elements(c.expects) with ordinality e (item, n)
                          join series s on s.code = e.item ->> 'series'), '[]'),
    'deployments', c.deployments,
    'units', coalesce((select k.counts from campaign_counts($1, $2, $3) k where k.territory is null and k.organisation_id is null),
                      completeness_json(0, 0, 0, 0, 0, 0, 0, 0, 0)),
    'version', c.version);
end $$;
