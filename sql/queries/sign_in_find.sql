-- What is known before a password is looked at: whose account, and the failures of the last 15 minutes.
-- $1 login in lower case   $2 hex SHA-256 of it   $3 address
-- Always one row.  person_id null: no such account.  password_hash null: none, or the account is disabled.
-- own_*: failures from this address since it last succeeded; known: it succeeded within 30 days.
-- address_free_s: seconds until the address has fewer than 50 failures again, null when it has.
with recent as (
  select a.at, a.ok, a.address = $3 as own
    from sign_in_attempt a where a.login = $2 and a.at > now() - interval '15 minutes'
), since as (
  select coalesce(max(at) filter (where ok and own), '-infinity') as at from recent
)
select c.person_id, c.password_hash,
       count(*) filter (where not r.ok) as account_failures,
       extract(epoch from now() - max(r.at) filter (where not r.ok))::bigint as account_age_s,
       count(*) filter (where not r.ok and r.own and r.at > s.at) as own_failures,
       extract(epoch from now() - max(r.at) filter (where not r.ok and r.own and r.at > s.at))::bigint as own_age_s,
       exists (select 1 from sign_in_attempt a where a.login = $2 and a.address = $3 and a.ok
                and a.at > now() - interval '30 days') as known,
       (select ceil(extract(epoch from a.at + interval '15 minutes' - now()))::bigint from sign_in_attempt a
         where a.address = $3 and not a.ok and a.at > now() - interval '15 minutes'
         order by a.at desc offset 49 limit 1) as address_free_s
  from since s left join recent r on true left join credential_of($1) c on true
 group by c.person_id, c.password_hash;
