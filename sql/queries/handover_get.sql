-- One hand-over.
-- $1 plan bigint   $2 handover bigint
-- No row: the plan has no such hand-over.
select handover_json(h)::text as body from handover h where h.plan_id = $1::bigint and h.id = $2::bigint;
