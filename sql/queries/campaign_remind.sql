-- Puts into the outbox what is due today about an open campaign: to who answers for a unit that is silent or has a
-- draft, fourteen days before the due day, three before, two after; to coordinators seven after.  A reminder whose day
-- was missed is still made, the latest kind alone.  What is there already is not made again.
-- $1 campaign bigint   $2 today
-- A row a new message: who, which kind, about how many units.
with c as (
  select c.*, case when $2::date >= c.due_on + 7 then 'escalation' when $2::date >= c.due_on + 2 then 'after'
                   when $2::date >= c.due_on - 3 then 'soon' when $2::date >= c.due_on - 14 then 'before' end as kind
    from campaign c where c.id = $1::bigint and c.closed_at is null and c.opens_on <= $2::date
), open as materialized (
  select u.territory, u.organisation_id, o.code as organisation
    from campaign k cross join lateral campaign_units(k, null, $2::date) u
    join organisation o on o.id = u.organisation_id
   where k.id = $1::bigint and u.state in ('expected', 'draft')
), told as (
  select s.person_id, u.territory, u.organisation
    from c join roster s on s.plan_id = c.plan_id and s.person_id is not null and s.from_on <= $2::date
                        and (s.until_on is null or s.until_on >= $2::date)
    join person p on p.id = s.person_id and p.disabled_at is null
   cross join lateral (select distinct w.code from unnest(s.territories) t, territories_within(t) w (code)) w
    join open u on u.territory = w.code and u.organisation_id = s.organisation_id
   where c.kind <> 'escalation'
  union
  select g.person_id, u.territory, u.organisation
    from c join role_grant g on g.plan_id = c.plan_id and g.role = 'coordinator' and g.revoked_at is null
    join person p on p.id = g.person_id and p.disabled_at is null
   cross join open u
   where c.kind = 'escalation'
)
insert into outbox (plan_id, campaign_id, person_id, kind, key, units)
select c.plan_id, c.id, t.person_id, c.kind, 'campaign:' || c.id || ':' || c.due_on || ':' || c.kind || ':' || t.person_id,
       json_agg(json_build_object('territory', t.territory, 'organisation', t.organisation) order by t.territory, t.organisation)
  from c cross join told t
 group by c.plan_id, c.id, c.due_on, c.kind, t.person_id
on conflict (key) do nothing
returning (select p.login from person p where p.id = person_id) as login, kind, jsonb_array_length(units) as units;
