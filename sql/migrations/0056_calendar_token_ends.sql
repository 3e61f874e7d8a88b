-- The address of a calendar ends with what it was made by: a year after its making, with the password, with the account.

alter table calendar_token add column expires_at timestamptz;
update calendar_token set expires_at = created_at + interval '1 year';
alter table calendar_token
  alter column expires_at set default now() + interval '1 year',
  alter column expires_at set not null;

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
       where t.hash = context and t.revoked_at is null and t.expires_at > now() and p.disabled_at is null;
    end if;
  elsif context like 'service:%' then
    select id into found_id from person where login = substr(context, 9);
  end if;
  return found_id;
end $$;

-- That of whoever asks.  No row: none.
create or replace function calendar_token_mine() returns table (created_at timestamptz, used_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.created_at, t.used_at from calendar_token t
   where t.person_id = vigie_person() and t.revoked_at is null and t.expires_at > now()
$$;

-- Whose language the calendar of this context speaks; once an hour it is kept that somebody fetched it.  No row: the
-- token does not count, or no longer.
create or replace function calendar_token_use() returns table (lang text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  context text := coalesce(current_setting('vigie.session', true), '');
begin
  update calendar_token t set used_at = now()
   where t.hash = context and t.revoked_at is null and t.expires_at > now()
     and (t.used_at is null or t.used_at < now() - interval '1 hour');
  return query select p.lang from calendar_token t join person p on p.id = t.person_id
                where t.hash = context and t.revoked_at is null and t.expires_at > now() and p.disabled_at is null;
end $$;

-- A new password, by whatever way: what the one before had made no longer counts.
create or replace function credential_keep(person bigint, password_hash text) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into credential (person_id, password_hash) values ($1, $2)
  on conflict (person_id) do update set password_hash = excluded.password_hash, changed_at = now();
  update calendar_token set revoked_at = now() where person_id = $1 and revoked_at is null;
$$;

-- An account that is opened again has the calendar's address of before no more.
create function calendar_token_end() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update calendar_token t set revoked_at = now() where t.person_id = new.id and t.revoked_at is null;
  return null;
end $$;
create trigger calendar_token_end after update of disabled_at on person for each row
  when (new.disabled_at is not null) execute function calendar_token_end();
