-- What a person wants to be written, and where to.
-- $1 person bigint
-- One row.
select json_build_object('address', b.address, 'reminders', coalesce(b.reminders, true),
                         'followed', coalesce(b.followed, 'weekly'))::text as body
  from (select) one left join mailbox b on b.person_id = $1::bigint;
