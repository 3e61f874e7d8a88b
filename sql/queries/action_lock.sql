-- Holds an action until the transaction ends, so that what follows sees its latest reports.
-- $1 action bigint
select version from action where id = $1::bigint for update;
