-- Administration of people: tokens, and what is known of an account.

-- In these two, `person` named the table where the variable was meant.
create or replace function password_change(password_hash text) returns bigint
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

create or replace function code_use(hash text, password_hash text) returns bigint
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

-- What an administrator sees of an account beyond its row.
create function person_sign_in(person bigint) returns table (has_password boolean, seen_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from credential c where c.person_id = $1),
         (select max(s.seen_at) from session s where s.person_id = $1)
   where vigie_admin()
$$;

-- A token for a person; shown once by whoever made it.
create function token_create(login text, hash text, prefix text, name text, read_only boolean,
                             expires_on timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  who bigint;
  token_id bigint;
begin
  if not vigie_admin() then
    raise exception 'forbidden' using errcode = 'VG403';
  end if;
  select p.id into who from person p where p.login = $1 and p.disabled_at is null;
  if who is null then
    raise exception 'unknown_person' using errcode = 'VG422', detail = $1, column = 'person';
  end if;
  insert into api_token (person_id, hash, prefix, name, read_only, expires_at)
  values (who, $2, $3, $4, $5, $6)
  returning id into token_id;
  perform journal_act('insert', 'api_token', token_id, vigie_person(), $1);
  return token_id;
end $$;

create function token_list() returns table (id bigint, person_id bigint, name text, prefix text, read_only boolean,
                                            created_at timestamptz, expires_at timestamptz, used_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.id, t.person_id, t.name, t.prefix, t.read_only, t.created_at, t.expires_at, t.used_at
    from api_token t
   where vigie_admin() and t.revoked_at is null
$$;

-- Null: no such token.
create function token_revoke(token_id bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  whose bigint;
begin
  if not vigie_admin() then
    raise exception 'forbidden' using errcode = 'VG403';
  end if;
  update api_token t set revoked_at = now() where t.id = $1 and t.revoked_at is null
  returning t.person_id into whose;
  if whose is not null then
    perform journal_act('revoke', 'api_token', $1, vigie_person(), (select p.login from person p where p.id = whose));
  end if;
  return whose;
end $$;
