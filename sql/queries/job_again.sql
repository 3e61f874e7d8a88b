-- Marks a plan for another refresh, as part of one that left something undone.  The wait of this
-- mark makes no value old.
-- $1 plan   $2 attempts so far   $3 seconds to wait
insert into job (kind, plan_id, attempts, not_before)
values ('later', $1::bigint, $2::integer, clock_timestamp() + make_interval(secs => $3::double precision))
returning id;
