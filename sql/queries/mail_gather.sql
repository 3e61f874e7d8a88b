-- Makes messages of what waits in the outbox: one a person, and one more for a password.
-- $1 domain of the messages' names
-- One row: how many messages.
with waits as (
  select o.id, o.person_id, o.kind = 'password' as secret
    from outbox o
    join mailbox b on b.person_id = o.person_id
    join person p on p.id = o.person_id and p.disabled_at is null
   where o.mail_id is null and o.created_at > now() - interval '3 days' and outbox_waits(o, b) = 'waiting'
   order by o.id limit 500
   for update of o skip locked
), named as materialized (
  select w.person_id, w.secret, '<' || gen_random_uuid() || '@' || $1::text || '>' as message_id
    from waits w group by w.person_id, w.secret
), made as (
  insert into mail (message_id, person_id) select n.message_id, n.person_id from named n order by n.person_id
  returning id, message_id
), joined as (
  update outbox o set mail_id = m.id
    from waits w
    join named n on n.person_id = w.person_id and n.secret = w.secret
    join made m on m.message_id = n.message_id
   where o.id = w.id
  returning 1
)
select (select count(*) from made) as messages, (select count(*) from joined) as parts;
