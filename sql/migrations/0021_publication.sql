-- Publications: what those without need to know see of sensitive series.  A coordinator freezes a
-- month once; its figures are then shown in protected form, as they were known at that instant,
-- whatever is recorded later.  Nothing here is ever changed or deleted.

create table publication (
  id           bigint generated always as identity primary key,
  plan_id      bigint not null references plan,
  period       text not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  from_on      date not null,
  to_on        date not null check (to_on >= from_on),
  person_id    bigint references person default vigie_person(),
  published_at timestamptz not null default now(),
  constraint publication_once unique (plan_id, period)
);
create index on publication (person_id);

-- The rules of include/protect.h hold whoever writes: no small count, no unrounded one.
create domain protected_count as bigint check (value = 0 or value >= 5 and value % 5 = 0);

-- One figure of a sensitive series, as everybody may see it.
create table published_figure (
  figure_id      bigint primary key references figure,
  publication_id bigint not null references publication,
  plan_id        bigint not null references plan,
  state          text not null check (state in ('value', 'missing', 'suppressed', 'not_applicable')),
  value          protected_count,
  reason         text,
  floor          smallint not null check (floor >= 5),  -- in force that day
  provisional    boolean not null,
  fictitious     boolean not null,
  check ((state = 'value') = (value is not null)),
  check ((state in ('missing', 'suppressed')) = (reason is not null))
);
create index on published_figure (publication_id);
create index on published_figure (plan_id);

-- A total over the figures of a month, or of the twelve that end with it: of a territory with what
-- lies within, by one organisation or all, one member of one dimension or all.
create table published_total (
  id              bigint generated always as identity primary key,
  publication_id  bigint not null references publication,
  plan_id         bigint not null references plan,
  series_id       bigint not null references series,
  territory       text not null references territory,
  organisation_id bigint references organisation,
  dims            text not null check (dims ~ '^([a-z_]+=[a-z_]+)?$'),
  months          smallint not null check (months in (1, 12)),
  to_on           date not null,
  state           text not null check (state in ('value', 'missing', 'suppressed')),
  value           protected_count,
  received        integer not null,
  expected        integer not null check (received between 0 and expected),
  fictitious      boolean not null,
  check ((state = 'value') = (value is not null)),
  check (organisation_id is null or dims = '')
);
create unique index on published_total (series_id, plan_id, to_on, months, territory, coalesce(organisation_id, 0), dims);
create index on published_total (publication_id);
create index on published_total (plan_id);
create index on published_total (organisation_id);
create index on published_total (territory);

-- The exact counts behind the published ones, so that sums over several publications stand on what
-- was published and on no later revision, which would show by the difference.
create table frozen_count (
  figure_id bigint primary key references figure,
  plan_id   bigint not null references plan,
  value     bigint not null check (value >= 0)
);
create index on frozen_count (plan_id);

alter table publication enable row level security;
alter table publication force row level security;
create policy read on publication for select using (
  (select vigie_service()) or plan_id in (select vigie_plans()));
create policy publish on publication for insert with check (published_at = now() and vigie_coordinates(plan_id));

do $$
declare
  t text;
begin
  foreach t in array array['published_figure', 'published_total'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans()))', t);
    execute format('create policy publish on %I for insert with check'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans_as(''{coordinator}'')))', t);
  end loop;
end $$;
alter table frozen_count enable row level security;
alter table frozen_count force row level security;
create policy read on frozen_count for select using (
  (select vigie_service()) or plan_id in (select vigie_plans_as('{coordinator}')));
create policy publish on frozen_count for insert with check (
  (select vigie_service()) or plan_id in (select vigie_plans_as('{coordinator}')));

-- Rows of a publication come with it, in its transaction; later none can be slipped in.
create function publication_open() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from publication p where p.id = new.publication_id and p.plan_id = new.plan_id
                    and p.published_at = now()) then
    raise exception 'publication % is closed', new.publication_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger publication_open before insert on published_figure for each row execute function publication_open();
create trigger publication_open before insert on published_total for each row execute function publication_open();

-- What everybody may see of a sensitive figure as of an instant (null: now); no row before it is published.
create function figure_published(f figure, as_of timestamptz) returns table (p published_figure, published_at timestamptz)
language sql stable rows 1 as $$
  select x, b.published_at
    from published_figure x join publication b on b.id = x.publication_id
   where $1.sensitive and x.figure_id = $1.id and ($2 is null or b.published_at <= $2)
$$;

-- A publication as answers show it.
create function publication_json(p publication) returns json language sql stable as $$
  select json_build_object(
           'period', $1.period, 'published_at', instant_json($1.published_at),
           'published_by', case when $1.person_id is not null then person_json($1.person_id) end,
           'figures', (select count(*) from published_figure x where x.publication_id = $1.id),
           'suppressed', (select count(*) from published_figure x where x.publication_id = $1.id and x.state = 'suppressed'),
           'totals', (select count(*) from published_total x where x.publication_id = $1.id))
$$;

-- The published totals of a series that answer a question: `asked` as for figures_asked, and months.
create function totals_asked(series bigint, plan bigint, as_of timestamptz, asked jsonb) returns setof published_total
language sql stable as $$
  select t.* from published_total t
   where t.series_id = $1 and t.plan_id = $2
     and ($3 is null or exists (select 1 from publication b where b.id = t.publication_id and b.published_at <= $3))
     and t.to_on >= coalesce(($4 ->> 'from')::date, '-infinity')
     and t.to_on <= coalesce(($4 ->> 'to')::date, 'infinity')
     and ($4 ->> 'months' is null or t.months = ($4 ->> 'months')::smallint)
     and ($4 ->> 'territory' is null or t.territory in (select territories_within($4 ->> 'territory')))
     and ($4 ->> 'level' is null or t.territory in (select x.code from territory x where x.level = $4 ->> 'level'))
     and ($4 ->> 'organisation' is null
          or t.organisation_id = (select o.id from organisation o where o.code = $4 ->> 'organisation'))
$$;
