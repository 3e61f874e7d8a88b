-- Keeps what a person wants to be written.
-- $1 person bigint   $2 reminders boolean
-- No row: it was so already.
insert into mailbox as b (person_id, reminders) values ($1::bigint, $2::boolean)
on conflict (person_id) do update set reminders = excluded.reminders, version = b.version + 1
 where b.reminders <> excluded.reminders
returning id;
