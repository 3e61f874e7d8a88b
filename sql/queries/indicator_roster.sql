-- The answers that campaigns expected, month by month, as known at an instant; exempt units are left out.
-- In the order of months: their reader searches it.
-- $1 plan   $2 as of, null: now
select c.period, e.territory, o.code as organisation, c.due_on - date '1970-01-01' as due_on,
       (r.answered_at at time zone p.time_zone)::date - date '1970-01-01' as received_on
  from campaign_at($1::bigint, $2::timestamptz) c
  join plan p on p.id = c.plan_id
  join expectation_at($1::bigint, $2::timestamptz) e on e.campaign_id = c.id and e.exempt_reason is null
  join organisation o on o.id = e.organisation_id
  left join report_at($1::bigint, $2::timestamptz) r on r.expectation_id = e.id
 order by c.period, e.territory collate "C", o.code collate "C";
