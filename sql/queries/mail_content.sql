-- What a message tells, as of now: of each campaign the latest reminder, and the units that still owe an answer; of what
-- a person follows and may still read, what moved.
-- $1 mail bigint   $2 today
-- No row: the person has no address any more, or no account.
with o as (
  select distinct on (o.kind = 'password', o.campaign_id) o.*
    from outbox o where o.mail_id = $1::bigint and o.kind <> 'followed'
   order by o.kind = 'password', o.campaign_id, o.id desc
), digest as (
  select o.plan_id, min(o.since) as since, max(o.until) as until
    from outbox o where o.mail_id = $1::bigint and o.kind = 'followed' group by o.plan_id
)
select p.login, p.name, p.lang, b.address, m.message_id,
       coalesce((select json_agg(i.item order by i.due_on, i.code) from (
                 select k.due_on, l.code, json_build_object('kind', o.kind, 'plan', l.code, 'plan_title', in_lang(p.lang, l.title_fr, l.title_en),
                        'period', k.period, 'due_on', k.due_on, 'units', u.units) as item
                   from o
                   left join plan l on l.id = o.plan_id
                   left join campaign k on k.id = o.campaign_id
                   left join lateral (
                     select json_agg(json_build_object('territory', u.territory, 'name', in_lang(p.lang, t.name_fr, t.name_en),
                                       'organisation', in_lang(p.lang, g.name_fr, g.name_en), 'draft', u.state = 'draft')
                                     order by u.territory, g.code) as units
                       from campaign_units(k, null, $2::date) u
                       join organisation g on g.id = u.organisation_id
                       join territory t on t.code = u.territory
                      where k.closed_at is null and u.state in ('expected', 'draft')
                        and o.units @> jsonb_build_array(jsonb_build_object('territory', u.territory, 'organisation', g.code))) u
                     on k.id is not null
                  where o.kind = 'password' or u.units is not null
                  union all
                 select null, l.code, json_build_object('kind', 'followed', 'plan', l.code, 'plan_title', in_lang(p.lang, l.title_fr, l.title_en),
                        'from', (x.from_at at time zone l.time_zone)::date, 'since', (x.from_at at time zone l.time_zone)::date - 1,
                        'until', ((d.until - interval '1 microsecond') at time zone l.time_zone)::date, 'things', x.things)
                   from digest d
                   join plan l on l.id = d.plan_id
                  cross join lateral (select json_agg(t.thing) as things, min(t.from_at) as from_at
                                        from digest_things(d.plan_id, m.person_id, d.since, d.until, p.lang) t) x
                  where x.things is not null
                    and exists (select 1 from role_grant g where g.person_id = m.person_id and g.plan_id = d.plan_id and g.revoked_at is null)
                 ) i), '[]')::text as items
  from mail m
  join person p on p.id = m.person_id and p.disabled_at is null
  join mailbox b on b.person_id = p.id and b.address is not null
 where m.id = $1::bigint;
