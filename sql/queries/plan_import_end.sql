-- Ends an import that wrote: indicators are to be computed again.
-- $1 plan bigint
insert into job (kind, plan_id) values ('refresh', $1::bigint);
