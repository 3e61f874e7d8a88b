-- What a new campaign starts from: the figures that the latest one expects, and who may be expected to answer.
-- $1 plan bigint   $2 period
-- Always one row: `expects` null without an earlier campaign; `units` how many the roster gives; `archived`.
select (select c.expects from campaign c where c.plan_id = $1::bigint order by c.period desc limit 1)::text as expects,
       (select count(*) from roster_units($1::bigint, null, ($2 || '-01')::date,
                                          (($2 || '-01')::date + interval '1 month - 1 day')::date)) as units,
       (select p.archived_at is not null from plan p where p.id = $1::bigint) as archived;
