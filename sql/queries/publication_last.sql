-- The last publication of a plan.
-- $1 plan bigint
-- `id` is 0 when there is none.
select coalesce(max(p.id), 0) as id from publication p where p.plan_id = $1::bigint;
