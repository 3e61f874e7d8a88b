-- Sign-in: what the server may ask of the secrets that its role cannot read.
--
-- Each function runs as the owner, does one thing and gives away no more than
-- that needs.  Secrets are never parameters: codes, sessions and tokens come
-- as the hex SHA-256 of themselves, passwords as their Argon2id hash.

-- Attempts are kept by the SHA-256 of what was typed as login: it may be a password.
comment on column sign_in_attempt.login is 'hex SHA-256 of the login as typed, in lower case';
create index on sign_in_attempt (at);

-- Accounts and rights keep their history; each change is an act of the journal.
call track('person', 'n.login', plan => 'null::bigint');
call track('role_grant', '(select p.login from person p where p.id = n.person_id)');
alter table person_history enable row level security;
create policy read on person_history for select using (vigie_admin());
alter table role_grant_history enable row level security;
create policy read on role_grant_history for select using (vigie_admin());

-- ------------------------------------------------------------------ what servers keep is dropped

-- Servers remember who is signed in and what they may do; any change makes them forget it.
create function tell_auth() returns trigger language plpgsql as $$
begin
  perform pg_notify('vigie', 'auth');
  return null;
end $$;
create trigger tell_auth after insert or update or delete on role_grant
  for each statement execute function tell_auth();
create trigger tell_auth after update of login, name, lang, disabled_at or delete on person
  for each statement execute function tell_auth();
create trigger tell_auth after update of code on plan for each statement execute function tell_auth();
create trigger tell_auth after update of code on organisation
  for each statement execute function tell_auth();
-- A session that goes on is no news; one that ends sooner is.
create trigger tell_auth after update on session for each row
  when (new.revoked_at is distinct from old.revoked_at or new.idle_until < old.idle_until
        or new.expires_at < old.expires_at or new.person_id <> old.person_id)
  execute function tell_auth();
create trigger tell_auth_deleted after delete on session for each statement execute function tell_auth();
create trigger tell_auth after update on api_token for each row
  when (new.revoked_at is distinct from old.revoked_at or new.expires_at <> old.expires_at
        or new.read_only <> old.read_only)
  execute function tell_auth();
create trigger tell_auth_deleted after delete on api_token for each statement execute function tell_auth();

-- ------------------------------------------------------------------ the journal

create index journal_refusals on journal ((coalesce(person_id, 0)), at)
 where act in ('refused', 'sign_in_refused');

-- A refusal, once a minute for a person and an object: whoever tries a thousand times fills nothing.
create function journal_refusal(act text, object text, person bigint, plan bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  context text := current_setting('vigie.session', true);
begin
  perform set_config('vigie.session', 'service', true);
  insert into journal (person_id, request_id, plan_id, act, object)
  select $3, current_setting('vigie.request', true), $4, $1, $2
   where not exists (select 1 from journal j
                      where coalesce(j.person_id, 0) = coalesce($3, 0) and j.at > now() - interval '1 minute'
                        and j.act in ('refused', 'sign_in_refused') and j.act = $1 and j.object = $2);
  perform set_config('vigie.session', context, true);
end $$;

create function journal_act(act text, object text, object_id bigint, person bigint, number text)
returns void language sql security definer set search_path = public, pg_temp as $$
  insert into journal (person_id, request_id, act, object, object_id, number)
  values ($4, current_setting('vigie.request', true), $1, $2, $3, $5)
$$;

-- ------------------------------------------------------------------ passwords

-- The hash to hold a password against; null when there is none or the account is disabled.
create function credential_of(login text) returns table (person_id bigint, password_hash text)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, case when p.disabled_at is null then c.password_hash end
    from person p left join credential c on c.person_id = p.id
   where p.login = $1
$$;

create function credential_keep(person bigint, password_hash text) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into credential (person_id, password_hash) values ($1, $2)
  on conflict (person_id) do update set password_hash = excluded.password_hash, changed_at = now()
$$;

-- One's own password; every other session of the person ends.
create function password_change(password_hash text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  who bigint := vigie_person();
begin
  if who is null then
    raise exception 'unauthenticated' using errcode = 'VG401';
  end if;
  perform credential_keep(who, $1);
  update session s set revoked_at = now()
   where s.person_id = who and s.revoked_at is null
     and s.hash <> current_setting('vigie.session', true);
  perform journal_act('password', 'person', who, who, (select p.login from person p where p.id = who));
  return who;
end $$;

-- A password set without the person: for demonstration accounts alone.
create function password_give(login text, password_hash text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found_id bigint;
begin
  select p.id into found_id from person p where p.login = $1 and p.demo;
  if not vigie_service() or found_id is null then
    raise exception 'forbidden' using errcode = 'VG403';
  end if;
  perform credential_keep(found_id, $2);
  update session s set revoked_at = now() where s.person_id = found_id and s.revoked_at is null;
  perform journal_act('password', 'person', found_id, vigie_person(), $1);
  return found_id;
end $$;

-- ------------------------------------------------------------------ one-time codes

-- A code for a first or a forgotten password; those made before no longer count.
create function code_create(login text, hash text, valid_s integer) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  found_id bigint;
begin
  if not vigie_admin() then
    raise exception 'forbidden' using errcode = 'VG403';
  end if;
  select p.id into found_id from person p where p.login = $1;
  if found_id is null then
    raise exception 'not_found' using errcode = 'VG404', detail = $1;
  end if;
  update one_time_code c set used_at = now() where c.person_id = found_id and c.used_at is null;
  insert into one_time_code (hash, person_id, expires_at)
  values ($2, found_id, now() + make_interval(secs => $3));
  perform journal_act('password_code', 'person', found_id, vigie_person(), $1);
  return found_id;
end $$;

-- Whose code it is, while it counts.
create function code_find(hash text) returns table (person_id bigint, login text, name text)
language sql stable security definer set search_path = public, pg_temp as $$
  select p.id, p.login, p.name
    from one_time_code c join person p on p.id = c.person_id
   where c.hash = $1 and c.used_at is null and c.expires_at > now() and p.disabled_at is null
$$;

-- Uses a code up: the password counts from now on and every session of the person ends.  Null: no such code.
create function code_use(hash text, password_hash text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  who bigint;
begin
  update one_time_code c set used_at = now()
    from person p
   where c.hash = $1 and c.used_at is null and c.expires_at > now()
     and p.id = c.person_id and p.disabled_at is null
  returning c.person_id into who;
  if who is not null then
    perform credential_keep(who, $2);
    update session s set revoked_at = now() where s.person_id = who and s.revoked_at is null;
    perform journal_act('password', 'person', who, who, (select p.login from person p where p.id = who));
  end if;
  return who;
end $$;

-- ------------------------------------------------------------------ sessions

-- Begins a session in place of the one that the browser held; old attempts are forgotten on the way.
create function session_begin(person bigint, hash text, before text, idle_s integer, max_s integer,
                              address text, agent text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  session_id bigint;
begin
  update session s set revoked_at = now() where s.hash = $3 and s.revoked_at is null;
  insert into session (hash, person_id, idle_until, expires_at, address, agent)
  values ($2, $1, now() + make_interval(secs => least($4, $5)), now() + make_interval(secs => $5), $6, $7)
  returning id into session_id;
  delete from sign_in_attempt where at < now() - interval '30 days';
  perform journal_act('sign_in', 'session', session_id, $1, null);
  return session_id;
end $$;

/*
 * The session or token of this transaction's context, and whose it is; no row
 * when it no longer counts.  Using a session prolongs it, written at most once
 * in `every_s`.
 */
create function session_use(idle_s integer, every_s integer)
returns table (session_id bigint, person_id bigint, login text, name text, lang text, read_only boolean,
               valid_s double precision)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  context text := coalesce(current_setting('vigie.session', true), '');
begin
  if length(context) <> 64 then
    return;
  end if;
  update session s set seen_at = now(), idle_until = least(now() + make_interval(secs => $1), s.expires_at)
   where s.hash = context and s.revoked_at is null and s.idle_until > now() and s.expires_at > now()
     and s.seen_at <= now() - make_interval(secs => $2);
  return query select s.id, p.id, p.login, p.name, p.lang, false,
                      extract(epoch from s.idle_until - now())::double precision
    from session s join person p on p.id = s.person_id
   where s.hash = context and s.revoked_at is null and s.idle_until > now() and s.expires_at > now()
     and p.disabled_at is null;
  if found then
    return;
  end if;
  update api_token t set used_at = now()
   where t.hash = context and t.revoked_at is null and t.expires_at > now()
     and (t.used_at is null or t.used_at <= now() - make_interval(secs => $2));
  return query select 0::bigint, p.id, p.login, p.name, p.lang, t.read_only,
                      extract(epoch from t.expires_at - now())::double precision
    from api_token t join person p on p.id = t.person_id
   where t.hash = context and t.revoked_at is null and t.expires_at > now() and p.disabled_at is null;
end $$;

-- The sessions of whoever asks.
create function session_own() returns table (id bigint, created_at timestamptz, seen_at timestamptz, address text,
                                             agent text, current boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, s.created_at, s.seen_at, s.address, s.agent, s.hash = current_setting('vigie.session', true)
    from session s
   where s.person_id = vigie_person() and s.revoked_at is null and s.idle_until > now() and s.expires_at > now()
   order by s.created_at desc, s.id desc
$$;

-- Ends one's own session `id`, or the present one when it is null.  Null: no such session.
create function session_end(session_id bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  person bigint := vigie_person();
  ended bigint;
begin
  update session s set revoked_at = now()
   where s.person_id = person and s.revoked_at is null and s.idle_until > now() and s.expires_at > now()
     and case when $1 is null then s.hash = current_setting('vigie.session', true) else s.id = $1 end
  returning s.id into ended;
  if ended is not null then
    perform journal_act('sign_out', 'session', ended, person, null);
  end if;
  return ended;
end $$;

-- ------------------------------------------------------------------ plans, for who gives rights on them

-- Administrators read no plan; its id and its code are all they need.
create function plan_id_of(code text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  context text := current_setting('vigie.session', true);
  found_id bigint;
begin
  perform set_config('vigie.session', 'service', true);
  select p.id into found_id from plan p where p.code = $1;
  perform set_config('vigie.session', context, true);
  return found_id;
end $$;

create function plan_code_of(id bigint) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  context text := current_setting('vigie.session', true);
  found_code text;
begin
  perform set_config('vigie.session', 'service', true);
  select p.code into found_code from plan p where p.id = $1;
  perform set_config('vigie.session', context, true);
  return found_code;
end $$;
