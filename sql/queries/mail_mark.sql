-- Marks a message before its text goes out.
-- $1 mail bigint   $2 which try it is
-- No row: it is no longer this try's to send.
update mail m set state = 'sending', changed_at = now()
 where m.id = $1::bigint and m.tries = $2::integer and m.state = 'queued' and m.due_at > now()
returning m.id;
