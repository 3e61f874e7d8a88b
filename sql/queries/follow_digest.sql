-- Puts into the outbox the digests that are due: to whoever may read the plan, has an address and wants it daily or
-- weekly, of what moved in what he follows up to the last midnight of the plan's own zone that is past, or to that before
-- the week.  Each begins where the last one ended that was told or will be, a month ago at most; where nothing moved
-- there is none, and the same again makes nothing.
-- $1 instant timestamptz: the beginning of the server's day
-- A row a new digest: whose.
with due as materialized (
  select f.plan_id, f.person_id, d.day, d.until, greatest(d.until - interval '31 days', last.until) as since
    from (select distinct x.plan_id, x.person_id from follow x where x.followed) f
    join plan p on p.id = f.plan_id and p.archived_at is null
    join person w on w.id = f.person_id and w.disabled_at is null
    join mailbox b on b.person_id = f.person_id and b.address is not null and b.followed <> 'never'
   cross join lateral (select date_trunc(case b.followed when 'daily' then 'day' else 'week' end,
                                         $1::timestamptz at time zone p.time_zone)::date as day) u
   cross join lateral (select u.day, u.day::timestamp at time zone p.time_zone as until) d
   cross join lateral (select max(o.until) as until from outbox o left join mail m on m.id = o.mail_id
                        where o.person_id = f.person_id and o.plan_id = f.plan_id and o.kind = 'followed'
                          and coalesce(m.state, outbox_waits(o, b)) not in ('failed', 'expired')) last
   where (last.until is null or last.until < d.until)
     and exists (select 1 from role_grant g where g.person_id = f.person_id and g.plan_id = f.plan_id and g.revoked_at is null)
), moves as materialized (
  select s.plan_id, m.at, k.key
    from (select d.plan_id, min(d.since) as since, max(d.until) as until from due d group by d.plan_id) s
   cross join lateral plan_moves(s.plan_id, s.since, s.until, 'fr') m
   cross join lateral unnest(move_keys(m.journal_id, m.object, m.number, m.territory)) k (key)
), moved as (
  select d.plan_id, d.person_id, d.day, d.since, d.until, jsonb_agg(distinct m.key) as units
    from due d
   cross join lateral follow_keys(d.plan_id, d.person_id) f
    join moves m on m.plan_id = d.plan_id and m.key = f.key and m.at > greatest(d.since, f.from_at) and m.at <= d.until
   group by d.plan_id, d.person_id, d.day, d.since, d.until
)
insert into outbox (plan_id, person_id, kind, key, units, since, until)
select m.plan_id, m.person_id, 'followed', format('followed:%s:%s:%s', m.plan_id, m.person_id, m.day), m.units, m.since, m.until
  from moved m
on conflict (key) do nothing
returning (select p.login from person p where p.id = person_id) as login;
