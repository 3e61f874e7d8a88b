-- Whether some of a plan's figures were made up, whatever instant is shown.
-- $1 plan
select exists (select 1 from observation_batch b where b.plan_id = $1::bigint and b.fictitious) as fictitious;
