-- Holds a deployment until the transaction ends, so that what follows sees its latest reports.
-- $1 deployment bigint
select version from action_deployment where id = $1::bigint for update;
