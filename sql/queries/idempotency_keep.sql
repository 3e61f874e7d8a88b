-- Keeps the answer given under a key, in the transaction that did the work.
-- $1 person bigint   $2 route   $3 key   $4 status int   $5 etag   $6 location   $7 body
-- No rows are returned.
update idempotency_key
   set status = $4::int, etag = $5, location = $6, body = $7
 where person_id = $1::bigint and route = $2 and key = $3;
