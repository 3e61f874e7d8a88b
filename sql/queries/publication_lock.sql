-- One publication of a plan at a time, until the transaction ends.
-- $1 plan bigint
select p.archived_at is not null as archived
  from plan p,
       (select pg_advisory_xact_lock(hashtext('publication'), ($1::bigint % 2147483647)::integer)) locked
 where p.id = $1::bigint;
