-- Administration of people: tokens, and accounts with their rights as answers show them.

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

create function grant_json(g role_grant) returns json language sql as $$
  select json_build_object('id', g.id, 'role', g.role, 'plan', plan_code_of(g.plan_id),
           'organisation', (select o.code from organisation o where o.id = g.organisation_id),
           'territories', g.territories, 'granted_at', instant_json(g.granted_at),
           'granted_by', person_json(g.granted_by))
$$;

-- Grows with each change of the account and of its rights.
create function person_version(p person) returns bigint language sql stable as $$
  select p.version + (select count(*) + count(g.revoked_at) from role_grant g where g.person_id = p.id)
$$;

create function person_document(p person) returns json language sql as $$
  select json_build_object('id', p.id, 'login', p.login, 'name', p.name, 'lang', p.lang,
           'disabled', p.disabled_at is not null, 'demo', p.demo, 'created_at', instant_json(p.created_at),
           'has_password', coalesce(s.has_password, false), 'seen_at', instant_json(s.seen_at),
           'grants', coalesce((select json_agg(grant_json(g) order by g.id) from role_grant g
                                where g.person_id = p.id and g.revoked_at is null), '[]'),
           'version', person_version(p))
    from (select) one left join person_sign_in(p.id) s on true
$$;
