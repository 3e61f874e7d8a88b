-- One place: what is deployed there, its indicators beside those of the places of its level, who answers
-- for it, what it reported, what blocks it, and the places within it.
-- $1 plan bigint   $2 territory   $3 as_of or null for now   $4 today   $5 lang   $6 text[] of peers
-- No row: no such territory, or the plan was not there yet.
with q as materialized (
  select $1::bigint as plan, $3::timestamptz as as_of, $5::text as lang, $6::text[] as peers,
         as_of_day($1::bigint, $3::timestamptz, $4::date) as on_day
), t as materialized (
  select t.*, r.parent, case t.level when 'national' then 'region' else 'department' end as below
    from q join territory t on t.code = $2::text
    left join territory_parent r on r.territory = t.code and holds_on(r, q.on_day)
), inside as materialized (
  select w.code from territories_within($2::text) w (code)
), p as materialized (
  select p.time_zone, p.start_on, p.stale_after_days from q cross join lateral plan_at(q.plan, q.as_of) p
), head as (
  select d.body from q cross join lateral plan_document(q.plan, q.as_of, q.lang, q.on_day) d
), places as materialized (
  select l.* from q, t, plan_places(q.plan, q.as_of, q.lang, q.on_day, t.level) l
), actions as materialized (
  select x.* from q cross join lateral plan_actions(q.plan, q.as_of, q.lang, q.on_day) x
), blockers as materialized (
  select b.* from q cross join lateral blocker_at(q.plan, q.as_of) b
   where b.closed_on is null and b.territory in (select code from inside)
), deployed as materialized (
  select d.*, x.number, x.sort_key, x.due_on,
         is_late(d.status, x.due_on, q.on_day) as late,
         is_stale(d.status, (d.reported_at at time zone p.time_zone)::date, coalesce(x.start_on, p.start_on),
                  p.stale_after_days, q.on_day) as stale,
         exists (select 1 from blockers b where b.action_id = d.action_id and b.territory = d.territory
                    and b.organisation_id = d.organisation_id) as blocked
    from q, p, action_deployment_at(q.plan, q.as_of) d join actions x on x.id = d.action_id
   where d.territory in (select code from inside)
), by_action as (
  select d.action_id, count(*) as total, count(d.reported_at) as reported,
         avg(counted_progress(d.status, d.progress)) as progress,
         count(*) filter (where d.late) as late, count(*) filter (where d.blocked) as blocked,
         count(*) filter (where d.stale) as stale,
         by_status(count(*) filter (where d.status = 'not_started'), count(*) filter (where d.status = 'in_progress'),
                   count(*) filter (where d.status = 'done'), count(*) filter (where d.status = 'on_hold'),
                   count(*) filter (where d.status = 'dropped'), count(*) filter (where d.status = 'carried_over')) as statuses,
         json_agg(json_build_object(
           'territory', d.territory, 'organisation', o.code, 'organisation_name', in_lang(q.lang, o.name_fr, o.name_en),
           'status', d.status, 'progress', d.progress, 'confidence', d.confidence, 'comment', d.comment,
           'reported_at', instant_json(d.reported_at), 'reported_by', person_json(d.reported_by),
           'late', d.late, 'stale', d.stale, 'blocked', d.blocked) order by o.code)
           filter (where d.territory = $2::text) as items
    from q cross join deployed d cross join lateral organisations_at(q.as_of) o
   where o.id = d.organisation_id
   group by d.action_id
), seen as materialized (
  select s.* from q, t, indicator_seen(q.plan, q.as_of, t.level, q.on_day, t.code) s
), indicators as (
  select g.code, json_build_object(
           'id', g.code, 'name', in_lang(q.lang, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
           'unit', m.own ->> 'unit', 'decimals', (m.own ->> 'decimals')::integer,
           'direction', v.metadata ->> 'direction', 'period', n.period,
           'state', n.state, 'reason', n.reason, 'value', n.value, 'flags', n.flags,
           'per_100k', case when c.counted and t.population > 0 then n.value * 100000 / t.population end,
           -- of one method: from after the last period that another one gave
           'trend', (select json_agg(json_build_object('period', s.period, 'state', s.state, 'value', s.value) order by s.period)
                       from (select s.*, max(s.period) filter (where not same_major(s.version_id, n.version_id)) over () as broken
                               from (select * from seen s where s.plugin_id = g.id and s.territory = t.code and s.period <= n.period
                                      order by s.period desc limit 13) s) s
                      where s.period > coalesce(s.broken, '')),
           'quartiles', case when t.level <> 'national' then (
             select quartiles_json(array_agg(s.value)) from seen s where s.plugin_id = g.id and s.newest) end,
           'quartiles_per_100k', case when c.counted and t.level <> 'national' then (
             select quartiles_json(array_agg(s.value * 100000 / y.population)) from seen s join territory y on y.code = s.territory
              where s.plugin_id = g.id and s.newest and y.population > 0) end,
           'peers', coalesce((
             select json_agg(json_build_object('territory', y.code, 'state', coalesce(s.state, 'missing'), 'reason', s.reason,
                                    'value', s.value,
                                    'per_100k', case when c.counted then s.value * 100000 / nullif(y.population, 0) end)
                             order by array_position(q.peers, y.code))
               from territory y left join seen s on s.plugin_id = g.id and s.newest and s.territory = y.code
              where y.code = any (q.peers)), '[]')) as item
    from q, t, seen n
    join plugin g on g.id = n.plugin_id
   cross join lateral plugin_version_at(g.id, q.as_of) v
    left join plugin_version w on w.id = n.version_id
   cross join lateral (select coalesce(w.metadata, v.metadata) as own) m
   cross join lateral (select exists (select 1 from series s where s.whole and s.over_territories = 'sum'
                                         and m.own ->> 'unit' in (s.unit_fr, s.unit_en)) as counted) c
   where n.newest and n.territory = t.code
), units as materialized (
  select u.*, o.code as organisation, in_lang(q.lang, o.name_fr, o.name_en) as name
    from q, roster_units(q.plan, q.as_of, q.on_day, q.on_day) u, organisations_at(q.as_of) o
   where o.id = u.organisation_id and u.territory in (select code from inside)
), answers as materialized (
  select c.period, c.due_on, e.territory, o.code as organisation, o.kind, e.exempt_reason, r.answered_at,
         case when e.exempt_reason is not null then 'exempt' else coalesce(r.state, 'expected') end as state,
         (r.answered_at at time zone p.time_zone)::date <= c.due_on as on_time, r.answered_at is null and c.due_on < q.on_day as late
    from q, p, campaign_at(q.plan, q.as_of) c
    join expectation_at($1::bigint, $3::timestamptz) e on e.campaign_id = c.id and e.territory in (select code from inside)
    join organisation o on o.id = e.organisation_id
    left join report_at($1::bigint, $3::timestamptz) r on r.expectation_id = e.id
   where c.opens_on <= q.on_day
), campaigns as (
  select a.period, a.due_on, count(*) filter (where a.state <> 'exempt') as expected,
         count(*) filter (where a.state <> 'exempt' and a.answered_at is not null) as answered,
         count(*) filter (where a.state <> 'exempt' and a.on_time) as on_time,
         json_agg(json_build_object('organisation', a.organisation, 'state', a.state, 'late', a.state <> 'exempt' and a.late)
                  order by a.organisation) filter (where a.territory = $2::text) as units
    from answers a group by a.period, a.due_on order by a.period desc limit 12
)
select json_build_object(
  'plan', head.body, 'as_of', instant_json(q.as_of), 'today', $4::date, 'generated_at', instant_json(now()),
  'territory', json_build_object('code', t.code, 'level', t.level, 'name', in_lang(q.lang, t.name_fr, t.name_en),
     'population', t.population, 'source', t.source,
     'parent', (select json_build_object('code', y.code, 'name', in_lang(q.lang, y.name_fr, y.name_en))
                  from territory y where y.code = t.parent)),
  'progress', (select l.item from places l where l.territory = t.code),
  'quartiles', case when t.level <> 'national' then (select quartiles_json(array_agg(l.progress)) from places l) end,
  'rank', (select json_build_object('place', 1 + count(*) filter (where l.progress > own.progress), 'of', count(l.progress))
             from places l, places own where own.territory = t.code and own.progress is not null and t.level <> 'national'
            group by own.territory),
  'peers', coalesce((select json_agg(l.item order by array_position(q.peers, l.territory))
                       from places l where l.territory = any (q.peers)), '[]'),
  'places', (select json_agg(json_build_object('code', l.territory, 'name', l.item ->> 'name') order by l.territory collate "C")
               from places l),
  'within', coalesce((select json_agg(l.item order by l.territory collate "C")
                        from plan_places(q.plan, q.as_of, q.lang, q.on_day, t.below) l
                       where t.level <> 'department' and l.territory in (select code from inside)), '[]'),
  'counts', (select json_build_object('deployments', count(*), 'reported', count(d.reported_at),
       'late', count(*) filter (where d.late), 'blocked', count(*) filter (where d.blocked), 'stale', count(*) filter (where d.stale),
       'by_status', by_status(count(*) filter (where d.status = 'not_started'), count(*) filter (where d.status = 'in_progress'),
           count(*) filter (where d.status = 'done'), count(*) filter (where d.status = 'on_hold'),
           count(*) filter (where d.status = 'dropped'), count(*) filter (where d.status = 'carried_over')))
       from deployed d),
  'actions', coalesce((select json_agg(json_build_object('number', x.number, 'title', x.title, 'origin', x.origin,
       'measure', x.item ->> 'measure', 'due_on', x.due_on, 'initial_due_on', x.initial_due_on,
       'deployments', json_build_object('total', b.total, 'reported', b.reported, 'late', b.late, 'blocked', b.blocked,
         'stale', b.stale, 'progress', b.progress, 'by_status', b.statuses), 'items', coalesce(b.items, '[]')) order by x.sort_key)
       from by_action b join actions x on x.id = b.action_id), '[]'),
  'indicators', coalesce((select json_agg(i.item order by i.code) from indicators i), '[]'),
  'referents', json_build_object('units', (select count(*) from units u),
     'held', (select count(*) from units u where u.exempt_reason is null and u.people::jsonb @? '$[*].person.id'),
     'exempt', (select count(*) from units u where u.exempt_reason is not null),
     'items', case when t.level = 'national' then '[]' else coalesce((select json_agg(json_build_object('territory', u.territory,
         'organisation', json_build_object('code', u.organisation, 'name', u.name), 'exempt_reason', u.exempt_reason,
         'people', u.people) order by u.territory collate "C", u.organisation) from units u), '[]') end),
  'reports', coalesce((select json_agg(json_build_object('period', c.period, 'due_on', c.due_on, 'expected', c.expected,
       'answered', c.answered, 'on_time', c.on_time, 'units', coalesce(c.units, '[]')) order by c.period desc) from campaigns c), '[]'),
  'blockers', coalesce((select json_agg(json_build_object('action', x.number, 'title', x.title,
       'blocker', blocker_json(b::blocker, q.lang, q.as_of)) order by b.opened_on, b.id)
       from blockers b join actions x on x.id = b.action_id), '[]'))::text as body
  from q, t, p, head;
