-- The calendar of what is due, as programs of calendars fetch it: by an address of one's own that opens nothing else.

-- One at a time a person, kept when it is revoked; of the secret its SHA-256 alone.
create table calendar_token (
  id         bigint generated always as identity primary key,
  person_id  bigint not null references person,
  hash       text not null unique check (length(hash) = 64),
  created_at timestamptz not null default now(),
  used_at    timestamptz,
  revoked_at timestamptz
);
create unique index calendar_token_one on calendar_token (person_id) where revoked_at is null;
create index on calendar_token (person_id);
call deny('all', 'calendar_token');

-- The person of this transaction's context, or null.  The server puts a calendar's token there for the calendar alone.
create or replace function vigie_person() returns bigint
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
    if found_id is null then
      select t.person_id into found_id
        from calendar_token t join person p on p.id = t.person_id
       where t.hash = context and t.revoked_at is null and p.disabled_at is null;
    end if;
  elsif context like 'service:%' then
    select id into found_id from person where login = substr(context, 9);
  end if;
  return found_id;
end $$;

-- Makes the token of whoever asks; the one before no longer counts.
create function calendar_token_create(hash text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  me bigint := vigie_person();
  token_id bigint;
begin
  if me is null then
    raise exception 'forbidden' using errcode = 'VG403';
  end if;
  update calendar_token t set revoked_at = now() where t.person_id = me and t.revoked_at is null;
  insert into calendar_token (person_id, hash) values (me, $1) returning id into token_id;
  perform journal_act('insert', 'calendar_token', token_id, me, (select p.login from person p where p.id = me));
  return token_id;
end $$;

-- Revokes it.  Null: there was none.
create function calendar_token_revoke() returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  me bigint := vigie_person();
  token_id bigint;
begin
  update calendar_token t set revoked_at = now() where t.person_id = me and t.revoked_at is null returning t.id into token_id;
  if token_id is not null then
    perform journal_act('revoke', 'calendar_token', token_id, me, (select p.login from person p where p.id = me));
  end if;
  return token_id;
end $$;

-- That of whoever asks.  No row: none.
create function calendar_token_mine() returns table (created_at timestamptz, used_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.created_at, t.used_at from calendar_token t where t.person_id = vigie_person() and t.revoked_at is null
$$;

-- Whose language the calendar of this context speaks; once an hour it is kept that somebody fetched it.  No row: the
-- token does not count, or no longer.
create function calendar_token_use() returns table (lang text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  context text := coalesce(current_setting('vigie.session', true), '');
begin
  update calendar_token t set used_at = now()
   where t.hash = context and t.revoked_at is null and (t.used_at is null or t.used_at < now() - interval '1 hour');
  return query select p.lang from calendar_token t join person p on p.id = t.person_id
                where t.hash = context and t.revoked_at is null and p.disabled_at is null;
end $$;
