-- Takes the message that waits longest; until the time given is over nobody else does.
-- $1 seconds
-- No row: none is due.
update mail m set tries = m.tries + 1, due_at = now() + make_interval(secs => $1::integer)
 where m.id = (select x.id from mail x where x.state = 'queued' and x.due_at <= now()
                order by x.due_at, x.id limit 1 for update skip locked)
returning m.id, m.tries;
