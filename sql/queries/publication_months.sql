-- The months of a plan that are published.
-- $1 plan bigint   $2 as of, null: now
select p.period from publication p
 where p.plan_id = $1::bigint and p.published_at <= case when $2::timestamptz is null then 'infinity' else $2 end
 order by p.period;
