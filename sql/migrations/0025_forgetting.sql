-- What has served is forgotten: answers kept for a day, sessions and codes that ended, attempts to sign in.

create index on one_time_code (expires_at);
create index on idempotency_key (person_id, created_at);
-- asked once a statement, not once a row
alter policy own on idempotency_key using ((select vigie_service()) or person_id = (select vigie_person()));

/*
 * Deletes what has served its time, at most `batch` rows of each kind, the oldest first; what somebody
 * else deletes at this moment is left to him.  Answers kept under an Idempotency-Key count for a day;
 * the rest is kept for thirty days after its end.  Each person's last session stays: it tells when he
 * was here.
 */
create function forget_expired(batch integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  long_ago constant timestamptz := now() - interval '30 days';
  ended text[];
begin
  delete from idempotency_key k
   using (select i.person_id, i.route, i.key from idempotency_key i where i.created_at < now() - interval '24 hours'
           order by i.created_at limit batch for update skip locked) o
   where (k.person_id, k.route, k.key) = (o.person_id, o.route, o.key);
  delete from sign_in_attempt a
   where a.id in (select o.id from sign_in_attempt o where o.at < long_ago order by o.at limit batch for update skip locked);
  delete from one_time_code c
   where c.hash in (select o.hash from one_time_code o where o.expires_at < long_ago
                     order by o.expires_at limit batch for update skip locked);
  -- looked for first: a delete of sessions, be it of none, makes every server forget who is signed in
  select array_agg(o.hash) into ended
    from (select s.hash from session s
           where s.expires_at < long_ago
             and exists (select 1 from session n where n.person_id = s.person_id and n.id > s.id)
           order by s.expires_at limit batch for update skip locked) o;
  if ended is not null then
    delete from session s where s.hash = any (ended);
  end if;
end $$;
revoke execute on function forget_expired(integer) from public;

-- Begins a session in place of the one that the browser held; what has served is forgotten on the way.
create or replace function session_begin(person bigint, hash text, before text, idle_s integer, max_s integer,
                                         address text, agent text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  session_id bigint;
begin
  update session s set revoked_at = now() where s.hash = $3 and s.revoked_at is null;
  insert into session (hash, person_id, idle_until, expires_at, address, agent)
  values ($2, $1, now() + make_interval(secs => least($4, $5)), now() + make_interval(secs => $5), $6, $7)
  returning id into session_id;
  perform forget_expired(500);
  perform journal_act('sign_in', 'session', session_id, $1, null);
  return session_id;
end $$;
