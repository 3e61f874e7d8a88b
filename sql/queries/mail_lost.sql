-- Whoever sent these is gone: nobody knows whether they arrived.
-- $1 seconds after which a try is over
-- A row each: which.
update mail m set state = 'unknown', changed_at = now()
 where m.state = 'sending' and m.changed_at < now() - make_interval(secs => $1::integer)
returning m.id;
