-- Puts into the outbox what is due today about open campaigns: to who answers for a unit that is silent or has a
-- draft, fourteen days before the due day, three before, two after; to coordinators seven after.  A reminder whose day
-- was missed is still made, the latest kind alone.  What is there already is not made again.
-- $1 campaign bigint; null for every campaign whose due day was less than thirty days ago   $2 today
-- A row a new message: who, which kind, about how many units.
with c as (
  select c.*, case when $2::date >= c.due_on + 7 then 'escalation' when $2::date >= c.due_on + 2 then 'after'
                   when $2::date >= c.due_on - 3 then 'soon' when $2::date >= c.due_on - 14 then 'before' end as word
    from campaign c join plan p on p.id = c.plan_id and p.archived_at is null
   where (c.id = $1::bigint or $1 is null and $2::date < c.due_on + 30)
     and c.closed_at is null and c.opens_on <= $2::date and $2::date >= c.due_on - 14
), open as materialized (
  select c.id, u.territory, u.organisation_id, o.code as organisation
    from c join campaign k on k.id = c.id cross join lateral campaign_units(k, null, $2::date) u
    join organisation o on o.id = u.organisation_id
   where u.state in ('expected', 'draft')
), told as (
  select c.id, s.person_id, u.territory, u.organisation
    from c join roster s on s.plan_id = c.plan_id and s.person_id is not null and s.from_on <= $2::date
                        and (s.until_on is null or s.until_on >= $2::date)
    join person p on p.id = s.person_id and p.disabled_at is null
   cross join lateral (select distinct w.code from unnest(s.territories) t, territories_within(t) w (code)) w
    join open u on u.id = c.id and u.territory = w.code and u.organisation_id = s.organisation_id
   where c.word <> 'escalation'
  union
  select c.id, g.person_id, u.territory, u.organisation
    from c join role_grant g on g.plan_id = c.plan_id and g.role = 'coordinator' and g.revoked_at is null
    join person p on p.id = g.person_id and p.disabled_at is null
    join open u on u.id = c.id
   where c.word = 'escalation'
), made as (
  select c.plan_id, c.id, t.person_id, c.word, 'campaign:' || c.id || ':' || c.due_on || ':' || c.word || ':' || t.person_id as key,
         jsonb_agg(jsonb_build_object('territory', t.territory, 'organisation', t.organisation) order by t.territory, t.organisation) as units
    from c join told t on t.id = c.id
   group by c.plan_id, c.id, c.due_on, c.word, t.person_id
)
insert into outbox (plan_id, campaign_id, person_id, kind, key, units)
select m.plan_id, m.id, m.person_id, m.word, m.key, m.units
  from made m where not exists (select 1 from outbox o where o.key = m.key)
on conflict (key) do nothing
returning (select p.login from person p where p.id = person_id) as login, kind, jsonb_array_length(units) as units;
