-- Lets the marks of a plan wait after its refresh was rolled back, twice as long each time, so
-- that one plan never keeps the others from their turn.
-- $1 plan
update job
   set attempts = attempts + 1,
       not_before = clock_timestamp() + least(interval '5 minutes', interval '1 second' * (2 ^ least(attempts, 10)))
 where kind in ('refresh', 'later') and plan_id = $1::bigint and not_before <= clock_timestamp();
