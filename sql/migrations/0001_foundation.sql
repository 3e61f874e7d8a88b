-- What everything else stands on: who is asking, what is kept of each change.
--
-- The server sets two settings at the head of every transaction:
--   vigie.session   hex SHA-256 of a session or token; 'service' or 'service:LOGIN'
--                   for commands and workers; empty for nobody
--   vigie.request   the id of the request, for the journal
-- Row-level security and the journal read them; nothing else tells who asks.

-- The application's role owns nothing.  By default it reads and inserts; each
-- table below gives it more, or takes some away.
do $$
begin
  execute format('grant usage on schema public to %I', current_setting('vigie.app_role'));
  execute format('alter default privileges in schema public grant select, insert on tables to %I',
                 current_setting('vigie.app_role'));
  execute format('alter default privileges in schema public grant usage on sequences to %I',
                 current_setting('vigie.app_role'));
end $$;

create procedure allow(what text, tbl text) language plpgsql as $$
begin
  execute format('grant %s on %I to %I', what, tbl, current_setting('vigie.app_role'));
end $$;

create procedure deny(what text, tbl text) language plpgsql as $$
begin
  execute format('revoke %s on %I from %I', what, tbl, current_setting('vigie.app_role'));
end $$;

-- "7.2" and "12.1" sort as people count: each run of digits padded to six.
create function number_key(number text) returns text
language sql immutable strict parallel safe as $$
  select string_agg(case when part ~ '^[0-9]+$' then lpad(part, 6, '0') else part end, '' order by at)
    from (select m[1] as part, at
            from regexp_matches(number, '([0-9]+|[^0-9]+)', 'g') with ordinality as r (m, at)) parts
$$;

-- Territories: the nation, its regions and départements; parents are dated.
create table territory (
  code       text primary key
             check (code ~ '^(FR|REG-[0-9]{2}|0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5]|97[1-8]|98[4-8])$'),
  level      text not null check (level in ('national', 'region', 'department')),
  name_fr    text not null,
  name_en    text,
  population integer check (population > 0),
  source     text
);
create table territory_parent (
  territory text not null references territory,
  parent    text not null references territory,
  from_on   date not null default '2016-01-01',
  to_on     date,
  primary key (territory, parent, from_on),
  check (to_on is null or to_on > from_on)
);
create index on territory_parent (parent);

-- True when `code` is `scope` or lies within it today.
create function territory_within(code text, scope text) returns boolean
language sql stable as $$
  with recursive up (code) as (
    select $1
    union
    select p.parent from up join territory_parent p on p.territory = up.code and p.to_on is null
  )
  select exists (select 1 from up where up.code = $2)
$$;

-- Territory codes of a place and of all that lies within it.
create function territories_within(scope text) returns setof text
language sql stable rows 20 as $$
  with recursive down (code) as (
    select $1
    union
    select p.territory from down join territory_parent p on p.parent = down.code and p.to_on is null
  )
  select code from down
$$;

create table organisation (
  id      bigint generated always as identity primary key,
  code    text not null unique check (code ~ '^[A-Z0-9][A-Z0-9_-]{0,31}$'),
  name_fr text not null check (length(name_fr) between 1 and 300),
  name_en text check (length(name_en) <= 300),
  kind    text not null check (kind in ('police', 'gendarmerie', 'justice', 'state', 'local',
                                        'association', 'international', 'other')),
  version bigint not null default 1
);
call allow('update', 'organisation');

-- People.  Their secrets live in tables that the application's role cannot read.
create table person (
  id          bigint generated always as identity primary key,
  login       text not null unique check (login ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
  name        text not null check (length(name) between 1 and 200),
  lang        text not null default 'fr' check (lang in ('fr', 'en')),
  demo        boolean not null default false,
  created_at  timestamptz not null default now(),
  disabled_at timestamptz,
  version     bigint not null default 1
);
call allow('update', 'person');

create table role_grant (
  id              bigint generated always as identity primary key,
  person_id       bigint not null references person,
  role            text not null check (role in ('viewer', 'contributor', 'analyst', 'coordinator', 'admin')),
  plan_id         bigint,
  organisation_id bigint references organisation,
  territories     text[] not null default '{}',
  granted_at      timestamptz not null default now(),
  granted_by      bigint references person,
  revoked_at      timestamptz,
  constraint role_grant_scope check (
    case role
      when 'admin' then plan_id is null and organisation_id is null
      when 'contributor' then plan_id is not null and organisation_id is not null
                              and cardinality(territories) > 0
      else plan_id is not null and organisation_id is null
    end)
);
create index on role_grant (person_id) where revoked_at is null;
create index on role_grant (plan_id);
create index on role_grant (organisation_id);
create index on role_grant (granted_by);
call allow('update', 'role_grant');

create table credential (
  person_id     bigint primary key references person,
  password_hash text not null check (password_hash like '$argon2id$%'),
  changed_at    timestamptz not null default now()
);
-- One-time codes: a first or a forgotten password.
create table one_time_code (
  hash       text primary key check (length(hash) = 64),
  person_id  bigint not null references person,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz
);
create index on one_time_code (person_id);
create table session (
  hash         text primary key check (length(hash) = 64),
  id           bigint generated always as identity unique,
  person_id    bigint not null references person,
  created_at   timestamptz not null default now(),
  seen_at      timestamptz not null default now(),
  idle_until   timestamptz not null,
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  address      text,
  agent        text
);
create index on session (person_id) where revoked_at is null;
create index on session (expires_at);
create table api_token (
  id           bigint generated always as identity primary key,
  person_id    bigint not null references person,
  hash         text not null unique check (length(hash) = 64),
  name         text not null check (length(name) between 1 and 100),
  prefix       text not null,
  read_only    boolean not null default false,
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null,
  used_at      timestamptz,
  revoked_at   timestamptz,
  check (expires_at <= created_at + interval '366 days')
);
create index on api_token (person_id);
-- Sign-in attempts, for throttling by account and by address.
create table sign_in_attempt (
  id      bigint generated always as identity primary key,
  at      timestamptz not null default now(),
  login   text not null,
  address text not null,
  ok      boolean not null
);
create index on sign_in_attempt (login, at);
create index on sign_in_attempt (address, at);
call deny('all', 'credential');
call deny('all', 'one_time_code');
call deny('all', 'session');
call deny('all', 'api_token');

-- ------------------------------------------------------------------ who is asking

-- True for commands and workers of the server itself.
create function vigie_service() returns boolean
language sql stable as $$
  select coalesce(current_setting('vigie.session', true), '') ~ '^service(:|$)'
$$;

-- The person of this transaction's context, or null.
create function vigie_person() returns bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  context text := coalesce(current_setting('vigie.session', true), '');
  found_id bigint;
begin
  if length(context) = 64 then
    select s.person_id into found_id
      from session s join person p on p.id = s.person_id
     where s.hash = context and s.revoked_at is null and s.idle_until > now() and s.expires_at > now()
       and p.disabled_at is null;
    if found_id is null then
      select t.person_id into found_id
        from api_token t join person p on p.id = t.person_id
       where t.hash = context and t.revoked_at is null and t.expires_at > now()
         and p.disabled_at is null;
    end if;
  elsif context like 'service:%' then
    select id into found_id from person where login = substr(context, 9);
  end if;
  return found_id;
end $$;

-- Plans that the context may read: any grant but admin's.
create function vigie_plans() returns setof bigint
language plpgsql stable security definer set search_path = public, pg_temp rows 4 as $$
declare
  person bigint := vigie_person();
begin
  return query select distinct g.plan_id from role_grant g
    where g.person_id = person and g.revoked_at is null and g.plan_id is not null;
end $$;

create function vigie_coordinates(plan bigint) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return vigie_service() or exists (
    select 1 from role_grant g
     where g.person_id = vigie_person() and g.revoked_at is null and g.plan_id = plan
       and g.role = 'coordinator');
end $$;

create function vigie_admin() returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return vigie_service() or exists (
    select 1 from role_grant g
     where g.person_id = vigie_person() and g.revoked_at is null and g.role = 'admin');
end $$;

-- ------------------------------------------------------------------ the journal

-- Every act, refused attempts included.  Append-only.
create table journal (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default now(),
  person_id  bigint,
  request_id text,
  plan_id    bigint,
  act        text not null,
  object     text not null,
  object_id  bigint,
  number     text,
  before     jsonb,
  after      jsonb,
  reason     text
);
create index on journal (plan_id, at);
create index on journal (object, object_id);
create index on journal (person_id);

-- The keys of `b` whose values differ from those of `a`; bookkeeping columns left out.
create function changed(a jsonb, b jsonb) returns jsonb
language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, value), '{}')
    from jsonb_each(b)
   where key not in ('version', 'sort_key', 'bytes', 'plan_id', 'change_reason')
     and a -> key is distinct from value
$$;

/*
 * Keeps the history and the journal of one table, from now on and whoever
 * writes: tbl_history gets each new version of a row with known_from, journal
 * gets what changed.  `number` is how people name the row, as SQL over n;
 * `reason` is where the row says why, `plan` where it says of which plan.
 */
create procedure track(tbl text, number text, reason text default 'null::text',
                       plan text default 'n.plan_id')
language plpgsql as $p$
declare
  head constant text := $f$
    create function %1$I() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $body$
    begin
      insert into %2$I select n.*, %7$s from new_rows n;
      insert into journal (person_id, request_id, plan_id, act, object, object_id, number, before, after, reason)
  $f$;
  -- Who began first may write last: the versions of a row follow each other in time all the same.
  next_from constant text := format('greatest(now(), (select max(h.known_from) from %I h where h.id = n.id))',
                                    tbl || '_history');
begin
  execute format('create table %I (like %I, known_from timestamptz not null,'
                 ' history_id bigint generated always as identity primary key)', tbl || '_history', tbl);
  execute format('create index on %I (id, known_from desc)', tbl || '_history');
  if plan = 'n.plan_id' then
    execute format('create index on %I (plan_id, known_from)', tbl || '_history');
  end if;
  call deny('insert', tbl || '_history');

  execute format(head || $f$
      select vigie_person(), current_setting('vigie.request', true), %3$s, 'insert', %4$L, n.id, %5$s,
             null, changed('{}', jsonb_strip_nulls(to_jsonb(n))), %6$s
        from new_rows n;
      return null;
    end $body$ $f$, 'track_insert_' || tbl, tbl || '_history', plan, tbl, number, reason, 'now()');
  execute format(head || $f$
      select vigie_person(), current_setting('vigie.request', true), %3$s, 'update', %4$L, n.id, %5$s,
             changed(to_jsonb(n), to_jsonb(o)), changed(to_jsonb(o), to_jsonb(n)), %6$s
        from new_rows n join old_rows o on o.id = n.id;
      return null;
    end $body$ $f$, 'track_update_' || tbl, tbl || '_history', plan, tbl, number, reason, next_from);
  execute format('create trigger track_insert after insert on %I referencing new table as new_rows'
                 ' for each statement execute function %I()', tbl, 'track_insert_' || tbl);
  execute format('create trigger track_update after update on %I'
                 ' referencing old table as old_rows new table as new_rows'
                 ' for each statement execute function %I()', tbl, 'track_update_' || tbl);
end $p$;

call track('organisation', 'n.code', plan => 'null::bigint');

-- Answers given to requests that carry an Idempotency-Key.
create table idempotency_key (
  person_id   bigint not null references person,
  route       text not null,
  key         text not null,
  body_sha256 text not null,
  status      integer,
  etag        text,
  location    text,
  body        text,
  created_at  timestamptz not null default now(),
  primary key (person_id, route, key)
);
create index on idempotency_key (created_at);
call allow('update, delete', 'idempotency_key');

-- Work to be done later, by any server.  Append-only marks: a worker deletes
-- the rows it sees and does their work once, so that no mark is ever lost and
-- writers never wait for each other.  'later' is work that makes no value old while
-- it waits: another try of an indicator that failed, periods of the past that were
-- never computed.
create table job (
  id         bigint generated always as identity primary key,
  kind       text not null check (kind in ('refresh', 'later')),
  plan_id    bigint,
  created_at timestamptz not null default now(),
  not_before timestamptz not null default now(),
  attempts   integer not null default 0
);
create index on job (kind, not_before);
create index on job (plan_id);
call allow('update, delete', 'job');
