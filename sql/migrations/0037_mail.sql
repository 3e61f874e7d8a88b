-- Mail: where people are written to and what they want, each message from the queue to the server that took it,
-- forgotten passwords asked for.

-- Where a person is written to, and what for.  The address is given by administrators alone: whoever holds it may
-- choose a new password.
create table mailbox (
  id        bigint generated always as identity primary key,
  person_id bigint not null unique references person,
  address   text constraint mailbox_address check (length(address) <= 254 and address ~
              '^[A-Za-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$'),
  reminders boolean not null default true,
  followed  text not null default 'weekly' check (followed in ('never', 'daily', 'weekly')),
  version   bigint not null default 1
);
call allow('update', 'mailbox');
call track('mailbox', '(select p.login from person p where p.id = n.person_id)', plan => 'null::bigint');
call keep_versions('mailbox');

create function address_by_admin() returns trigger language plpgsql as $$
begin
  if not vigie_admin() then
    raise exception 'forbidden' using errcode = 'VG403';
  end if;
  return new;
end $$;
create trigger address_by_admin before insert on mailbox for each row
  when (new.address is not null) execute function address_by_admin();
create trigger address_by_admin_later before update on mailbox for each row
  when (new.address is distinct from old.address or new.person_id <> old.person_id) execute function address_by_admin();

do $$
declare
  t text;
begin
  foreach t in array array['mailbox', 'mailbox_history'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or (select vigie_admin()) or person_id = (select vigie_person()))', t);
  end loop;
  execute format('create policy keep on mailbox_history for insert to %I with check (true)', current_user);
end $$;
create policy choose_insert on mailbox for insert with check (vigie_admin() or person_id = vigie_person());
create policy choose_update on mailbox for update using (vigie_admin() or person_id = vigie_person());

/*
 * One message.  It is marked as being sent before its text goes out: what is found in that state later, by whoever
 * looks, is unknown, and goes out again only when somebody wants it.  `due_at` is when to try, and while somebody
 * tries, when others may; `tries` tells whose try it is.
 */
create table mail (
  id         bigint generated always as identity primary key,
  message_id text not null unique check (length(message_id) between 5 and 300),
  person_id  bigint not null references person,
  state      text not null default 'queued'
             check (state in ('queued', 'sending', 'sent', 'failed', 'unknown', 'dropped')),
  tries      integer not null default 0 check (tries >= 0),
  due_at     timestamptz not null default now(),
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  said       text check (length(said) <= 500)
);
create index on mail (person_id);
create index on mail (due_at) where state = 'queued';
create index on mail (changed_at) where state = 'sending';
create trigger mail_moves before update of state on mail for each row
  when (old.state || ' ' || new.state <> all ('{queued queued,queued sending,queued failed,queued dropped,'
        'sending sent,sending queued,sending failed,sending unknown,unknown queued,failed queued}'))
  execute function refuse_change();

-- What is to be told becomes part of a message: all that waits for a person, of one message.
alter table outbox
  alter plan_id drop not null,
  alter campaign_id drop not null,
  drop constraint outbox_kind_check,
  add constraint outbox_kind_check check (kind in ('before', 'soon', 'after', 'escalation', 'followed', 'password')),
  add constraint outbox_about check ((campaign_id is null) = (kind in ('followed', 'password'))
                                     and (plan_id is null) = (kind = 'password')),
  add column mail_id bigint references mail;
create index on outbox (mail_id);
create index on outbox (created_at) where mail_id is null;
create policy gather on outbox for update using (vigie_service());

-- Whose message it is to judge: a coordinator of a plan that it tells of.
create function vigie_coordinates_mail(mail bigint) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return exists (select 1 from outbox o where o.mail_id = $1 and vigie_coordinates(o.plan_id));
end $$;

alter table mail enable row level security;
alter table mail force row level security;
create policy read on mail for select using (
  (select vigie_service()) or person_id = (select vigie_person()) or vigie_coordinates_mail(id));
create policy gather on mail for insert with check (vigie_service());
create policy send on mail for update using (vigie_service() or vigie_coordinates_mail(id));

do $$
begin
  execute format('grant update (mail_id) on outbox to %I', current_setting('vigie.app_role'));
  execute format('grant update (state, tries, due_at, changed_at, said) on mail to %I', current_setting('vigie.app_role'));
end $$;

-- Why something is not part of a message: nobody sends, no address, not wanted, too old to be news.
create function outbox_waits(o outbox, b mailbox) returns text language sql stable as $$
  select case when b.address is null then 'no_address'
              when $1.kind = 'followed' and b.followed = 'never' or $1.kind not in ('followed', 'password') and not b.reminders
                then 'declined'
              when $1.created_at <= now() - interval '3 days' then 'expired'
              else 'waiting' end
$$;

-- ------------------------------------------------------------------ forgotten passwords

-- Asked for by whoever types a login, kept as the SHA-256 of what was typed: it may be a password.  Whose it is, is
-- found later, so that asking takes the same time for everybody.
create table password_ask (
  id      bigint generated always as identity primary key,
  at      timestamptz not null default now(),
  login   text not null check (length(login) = 64),
  address text not null,
  done    boolean not null default false
);
create index on password_ask (address, at);
create index on password_ask (id) where not done;
call deny('all', 'password_ask');

-- Keeps a wish; the seconds to wait when this address had too many already, and nothing is kept.
create function password_ask(login_hash text, address text) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  wait integer;
begin
  select ceil(extract(epoch from a.at + interval '15 minutes' - now())) into wait
    from password_ask a where a.address = $2 and a.at > now() - interval '15 minutes'
   order by a.at desc offset 9 limit 1;
  if wait > 0 then
    return wait;
  end if;
  insert into password_ask (login, address) values ($1, $2);
  return 0;
end $$;

-- Puts into the outbox the wishes of people who can be written to: three an hour at most for each.
create function password_asks_take() returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  n integer;
begin
  if not vigie_service() then
    raise exception 'forbidden' using errcode = 'VG403';
  end if;
  with asked as (
    update password_ask a set done = true
     where a.id in (select o.id from password_ask o where not o.done order by o.id limit 200 for update skip locked)
    returning a.id, a.login, a.at
  )
  insert into outbox (person_id, kind, key, units)
  select p.id, 'password', 'password:' || min(a.id), '[]'
    from asked a
    join person p on encode(sha256(convert_to(p.login, 'UTF8')), 'hex') = a.login and p.disabled_at is null
    join mailbox b on b.person_id = p.id and b.address is not null
   where a.at > now() - interval '1 hour'
     and (select count(*) from outbox o where o.person_id = p.id and o.kind = 'password'
             and o.created_at > now() - interval '1 hour') < 3
   group by p.id;
  get diagnostics n = row_count;
  delete from password_ask a where a.at < now() - interval '1 day';
  return n;
end $$;
