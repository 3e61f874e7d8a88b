-- The months of a plan that are published.
-- $1 plan bigint   $2 as of, null: now
select p.period from publication p
 where p.plan_id = $1::bigint and p.published_at <= coalesce($2::timestamptz, 'infinity')
 order by p.period;
