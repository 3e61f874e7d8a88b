-- The blockers of a plan as known at an instant.
-- $1 plan   $2 as of, null: now
select coalesce(b.territory, 'FR') as territory, a.number, b.kind, b.opened_on - date '1970-01-01' as opened_on,
       b.closed_on - date '1970-01-01' as closed_on
  from blocker_at($1::bigint, $2::timestamptz) b join action a on a.id = b.action_id
 order by a.sort_key, b.territory, b.opened_on, b.id;
