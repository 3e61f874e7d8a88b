-- Keeps what a person wants to be written; what is null stays as it was.
-- $1 person bigint   $2 reminders boolean or null   $3 digest of what is followed (never, daily, weekly) or null
-- No row: it was so already.
insert into mailbox as b (person_id, reminders, followed)
values ($1::bigint, coalesce($2::boolean, true), coalesce($3, 'weekly'))
on conflict (person_id) do update
   set reminders = coalesce($2::boolean, b.reminders), followed = coalesce($3, b.followed), version = b.version + 1
 where (b.reminders, b.followed) <> (coalesce($2::boolean, b.reminders), coalesce($3, b.followed))
returning id;
