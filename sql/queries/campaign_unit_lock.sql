-- Holds the report of a unit until the transaction ends, so that what follows sees what others wrote.
-- $1 plan bigint   $2 period   $3 territory   $4 organisation code
select pg_advisory_xact_lock(1919, (e.id % 2147483647)::integer)
  from campaign c
  join expectation e on e.campaign_id = c.id and e.territory = $3
  join organisation o on o.id = e.organisation_id and o.code = $4
 where c.plan_id = $1::bigint and c.period = $2;
