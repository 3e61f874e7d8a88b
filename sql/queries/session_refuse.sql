-- Puts a refusal into the journal, once a minute for a person and a route.
-- $1 person bigint   $2 method and route   $3 plan bigint, or null
-- One row of no interest.
select journal_refusal('refused', $2, $1::bigint, $3::bigint);
