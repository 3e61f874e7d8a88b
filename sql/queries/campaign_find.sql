-- What a write must know of a campaign.
-- $1 plan bigint   $2 period
-- No row: the plan has no such campaign.
select c.id, c.version, c.closed_at is not null as closed, c.opens_on, c.due_on, p.archived_at is not null as archived
  from campaign c join plan p on p.id = c.plan_id
 where c.plan_id = $1::bigint and c.period = $2;
