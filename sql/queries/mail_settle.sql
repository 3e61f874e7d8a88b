-- Keeps what became of a try.
-- $1 mail bigint   $2 which try it was   $3 state   $4 seconds until the next one   $5 what the server said, or null
-- No row: somebody else has judged it since.
update mail m set state = $3, due_at = now() + make_interval(secs => $4::integer), changed_at = now(), said = $5
 where m.id = $1::bigint and m.tries = $2::integer and m.state in ('queued', 'sending')
returning m.id;
