-- Holds the report of a unit until the transaction ends, so that what follows sees what others wrote.
-- $1 expectation bigint
select pg_advisory_xact_lock(1919, ($1::bigint % 2147483647)::integer);
