-- Series: what is counted, and every count that was ever recorded.

-- The catalogue, filled from plugins/series.json by `vigie migrate`.  A dimension is
-- {"id","fr","en","members":[{"id","fr","en"}],"derived"?}; a derived one is read from the
-- organisation and never stored beside it.
create table series (
  id               bigint generated always as identity primary key,
  code             text not null unique
                   check (code ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$' and length(code) <= 80),
  position         smallint not null,
  name_fr          text not null check (length(name_fr) between 1 and 300),
  name_en          text not null check (length(name_en) between 1 and 300),
  unit             text not null check (unit ~ '^[a-z_]+$'),
  unit_fr          text not null,
  unit_en          text not null,
  whole            boolean not null,
  dimensions       jsonb not null check (jsonb_typeof(dimensions) = 'array'),
  level            text not null check (level in ('national', 'department')),
  by_organisation  boolean not null,
  by_plan          boolean not null,
  periodicity      text not null check (periodicity in ('month', 'year')),
  irregular        boolean not null,
  over_territories text not null check (over_territories in ('sum', 'mean', 'none')),
  over_time        text not null check (over_time in ('sum', 'last', 'mean', 'none')),
  delay_days       integer not null check (delay_days between 0 and 1000),
  sensitive        boolean not null,
  floor            smallint check (floor >= 5),
  source_fr        text not null,
  source_en        text not null,
  note_fr          text,
  note_en          text,
  version          bigint not null default 1,
  unique (id, sensitive),
  constraint series_floor check (sensitive = (floor is not null)),
  constraint series_sensitive check (not sensitive or by_plan)
);
call allow('update', 'series');
call track('series', 'n.code', plan => 'null::bigint');

-- True when `new` says what `old` said: the same dimensions, no member less.
create function dimensions_kept(old jsonb, new jsonb) returns boolean
language sql immutable parallel safe as $$
  select (select coalesce(array_agg(d ->> 'id' order by d ->> 'id'), '{}') from jsonb_array_elements($1) d)
       = (select coalesce(array_agg(d ->> 'id' order by d ->> 'id'), '{}') from jsonb_array_elements($2) d)
     and not exists (
       select d ->> 'id', m ->> 'id' from jsonb_array_elements($1) d, jsonb_array_elements(d -> 'members') m
       except
       select d ->> 'id', m ->> 'id' from jsonb_array_elements($2) d, jsonb_array_elements(d -> 'members') m)
$$;

-- "age=minor;sex=female": the members of a figure, dimensions in alphabetical order.
create domain dims_text as text not null default ''
  check (value ~ '^([a-z_]+=[a-z_]+(;[a-z_]+=[a-z_]+)*)?$');

-- What was sent together: all of it was kept, or nothing.
create table observation_batch (
  id         bigint generated always as identity primary key,
  series_id  bigint not null references series,
  plan_id    bigint references plan,
  person_id  bigint references person default vigie_person(),
  request_id text default current_setting('vigie.request', true),
  via        text not null check (via in ('api', 'csv', 'command', 'seed', 'demo')),
  at         timestamptz not null default now(),
  rows       integer not null,
  added      integer not null
);
create index on observation_batch (series_id, plan_id);
create index on observation_batch (plan_id);
create index on observation_batch (person_id);

create function figure_key(series bigint, plan bigint, territory text, organisation bigint, from_on date, to_on date,
                           dims text) returns uuid
language sql immutable parallel safe as $$
  select md5($1::text || '|' || coalesce($2, 0)::text || '|' || $3 || '|' || coalesce($4, 0)::text || '|'
             || ($5 - date '1970-01-01')::text || '|' || ($6 - date '1970-01-01')::text || '|' || $7)::uuid
$$;

-- One figure: a series, where, by whom, when, which members.  What was said of it are its
-- observations.  A month is known by its days too, so that a span from January to October is another
-- figure than October, and a stock of one day than its month.
create table figure (
  id              bigint generated always as identity primary key,
  series_id       bigint not null,
  sensitive       boolean not null,
  plan_id         bigint references plan,
  territory       text not null references territory,
  organisation_id bigint references organisation,
  period          text not null check (period ~ '^[0-9]{4}(-(0[1-9]|1[0-2])(-[0-3][0-9])?|-Q[1-4])?$'),
  from_on         date not null,
  to_on           date not null,
  dims            dims_text,
  known_from      timestamptz not null default now(),
  -- 0 for none: row-level security lets no index on coalesce() be used
  plan_key        bigint not null generated always as (coalesce(plan_id, 0)) stored,
  -- what makes it this figure, in one column, so that finding it is one probe even before the
  -- planner knows anything of the table
  key             uuid not null
                  generated always as (figure_key(series_id, plan_id, territory, organisation_id, from_on, to_on, dims)) stored,
  foreign key (series_id, sensitive) references series (id, sensitive),
  check (from_on <= to_on)
);
create unique index on figure (key);
create index figure_place on figure (series_id, plan_key, territory, to_on, id);
create index figure_page on figure (series_id, plan_key, to_on, id);

/*
 * What was said of a figure, append-only.  A later row with the same source and
 * vintage revises the earlier one, which stays.  Of several sources or vintages one is
 * retained: main before secondary (rank), then the latest vintage, then what was recorded
 * last; the index below is in that order, so the retained row as of any instant is the first
 * one at or before it: one probe a figure, however long its history.
 */
create table observation (
  id          bigint generated always as identity primary key,
  figure_id   bigint not null references figure,
  batch_id    bigint not null references observation_batch,
  recorded_at timestamptz not null default now(),
  source      text not null default '' check (length(source) <= 500),
  vintage     text not null default '' check (length(vintage) <= 40),
  rank        smallint not null default 0 check (rank in (0, -1)),
  state       text not null check (state in ('value', 'missing', 'not_applicable')),
  value       numeric check (value >= 0 and value < 1e15),
  reason      text check (length(reason) <= 300),
  qualifier   text check (length(qualifier) <= 500),
  provisional boolean not null default false,
  fictitious  boolean not null default false,
  constraint observation_state check ((state = 'value') = (value is not null)),
  constraint observation_reason check ((state = 'missing') = (reason is not null))
);
create index observation_retained on observation (figure_id, rank desc, vintage desc, recorded_at desc, id desc);

-- ------------------------------------------------------------------ who may see and write

-- The plans where the context's person has one of these roles.
create function vigie_plans_as(roles text[]) returns setof bigint
language sql stable security definer set search_path = public, pg_temp rows 4 as $$
  select distinct g.plan_id from role_grant g
   where g.person_id = vigie_person() and g.revoked_at is null and g.plan_id is not null and g.role = any ($1)
$$;

-- What the context's person reports on: plans, organisations, territories with all that lies within.
create function vigie_scope() returns table (plan_id bigint, organisation_id bigint, territory text)
language sql stable security definer set search_path = public, pg_temp rows 100 as $$
  select distinct g.plan_id, g.organisation_id, w.code
    from role_grant g, unnest(g.territories) s (code), territories_within(s.code) w (code)
   where g.person_id = vigie_person() and g.revoked_at is null and g.role = 'contributor'
$$;

alter table series enable row level security;
alter table series force row level security;
create policy read on series for select using ((select vigie_service()) or (select vigie_person()) is not null);
create policy seed on series for insert with check (vigie_service());
create policy reseed on series for update using (vigie_service());
alter table series_history enable row level security;
create policy read on series_history for select using (
  (select vigie_service()) or (select vigie_person()) is not null);

alter table figure enable row level security;
alter table figure force row level security;
create policy read on figure for select using (
  (select vigie_service()) or plan_id is null and (select vigie_person()) is not null
  or plan_id in (select vigie_plans()));
create policy observe on figure for insert with check (
  (select vigie_service())
  or known_from = now() and (plan_id in (select vigie_plans_as('{coordinator}'))
       or (plan_id, organisation_id, territory) in (select s.plan_id, s.organisation_id, s.territory from vigie_scope() s)));

alter table observation_batch enable row level security;
alter table observation_batch force row level security;
create policy read on observation_batch for select using (
  (select vigie_service()) or plan_id is null and (select vigie_person()) is not null
  or plan_id in (select vigie_plans()));
create policy observe on observation_batch for insert with check (
  (select vigie_service()) or at = now() and plan_id in (select vigie_plans_as('{coordinator,contributor}')));

-- A sensitive count is read in one's own scope; beyond it by analysts and coordinators, for whom the
-- server asks for a reason to open it (exact=true, journalled).  The scalar sub-select keeps it one
-- probe a row: exists() would be hashed over all figures.
alter table observation enable row level security;
alter table observation force row level security;
create policy read on observation for select using ((select vigie_service()) or (
  select not f.sensitive or f.plan_id in (select vigie_plans_as('{analyst,coordinator}'))
         or (f.plan_id, f.organisation_id, f.territory) in (select s.plan_id, s.organisation_id, s.territory from vigie_scope() s)
    from figure f where f.id = figure_id));
create policy observe on observation for insert with check ((select vigie_service()) or recorded_at = now() and (
  select f.plan_id in (select vigie_plans_as('{coordinator}'))
         or (f.plan_id, f.organisation_id, f.territory) in (select s.plan_id, s.organisation_id, s.territory from vigie_scope() s)
    from figure f where f.id = figure_id));

-- ------------------------------------------------------------------ reading

-- "age=minor;sex=female" as {"age":"minor","sex":"female"}, with what the organisation tells.
create function dims_json(dims text, derived jsonb) returns jsonb
language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(split_part(p, '=', 1), split_part(p, '=', 2)), '{}') || $2
    from string_to_array(nullif($1, ''), ';') a, unnest(a) p
$$;

/*
 * The figures of a series as known at `as_of` (null: now) with the observation
 * that stands for each.  `vintage`: null the retained one, 'all' the latest of each source and vintage,
 * else that vintage.  `exact` opens sensitive figures beyond the person's scope.  `seen` is
 * false where a value is withheld: nothing of the observation may then be shown.
 * The caller limits and filters f first, since each row costs a probe.
 */
create function figure_said(f figure, as_of timestamptz, vintage text, exact boolean)
returns table (seen boolean, retained boolean, o observation)
language sql stable rows 1 as $$
  with sight as (
    select not $1.sensitive or $4
           or ($1.plan_id, $1.organisation_id, $1.territory) in
              (select s.plan_id, s.organisation_id, s.territory from vigie_scope() s) as seen
  ), standing as (
    select x.id from observation x
     where x.figure_id = $1.id and ($2 is null or x.recorded_at <= $2)
     order by x.rank desc, x.vintage desc, x.recorded_at desc, x.id desc limit 1
  )
  select s.seen, z.id = (select id from standing), z.said
    from sight s
    left join lateral (
      select x as said, x.id from observation x where $3 is null and x.id = (select id from standing)
      union all
      select y.said, y.id from (
        select distinct on (x.source, x.vintage) x as said, x.id from observation x
         where $3 is not null and x.figure_id = $1.id and ($2 is null or x.recorded_at <= $2)
           and ($3 = 'all' or x.vintage = $3)
         order by x.source, x.vintage, x.recorded_at desc, x.id desc) y
    ) z on s.seen
   where z.id is not null or not s.seen
$$;

-- True when an earlier observation of the same source and vintage said something else.
create function observation_revises(o observation) returns boolean
language sql stable as $$
  select exists (select 1 from observation x
                  where x.figure_id = $1.figure_id and x.rank = $1.rank and x.vintage = $1.vintage
                    and x.source = $1.source and (x.recorded_at, x.id) < ($1.recorded_at, $1.id))
$$;

/*
 * The figures of a series (plan null: of a series without plan) that answer a
 * question: `asked` has, each absent or text, territory (itself or what lies within), level,
 * organisation, from and to (days; a figure belongs where it ends), vintage.
 */
create function figures_asked(series bigint, plan bigint, as_of timestamptz, asked jsonb) returns setof figure
language sql stable as $$
  select f.* from figure f
   where f.series_id = $1 and f.plan_key = coalesce($2, 0)
     and ($3 is null or f.known_from <= $3)
     and f.to_on >= coalesce(($4 ->> 'from')::date, '-infinity')
     and f.to_on <= coalesce(($4 ->> 'to')::date, 'infinity')
     and ($4 ->> 'territory' is null or f.territory in (select territories_within($4 ->> 'territory')))
     and ($4 ->> 'level' is null or f.territory in (select t.code from territory t where t.level = $4 ->> 'level'))
     and ($4 ->> 'organisation' is null
          or f.organisation_id = (select o.id from organisation o where o.code = $4 ->> 'organisation'))
     and ($4 ->> 'vintage' is null or $4 ->> 'vintage' = 'all' or f.sensitive
          or exists (select 1 from observation o where o.figure_id = f.id and o.vintage = $4 ->> 'vintage'
                        and ($3 is null or o.recorded_at <= $3)))
$$;
