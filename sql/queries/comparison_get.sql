-- Every place of a level beside the others: how far its deployments of each action are, and its latest cell of
-- each indicator.  Cells come in the order of `territories`; null: nothing is deployed there, or never computed.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang   $5 level
-- No row: the plan was not there yet.
with q as materialized (
  select $1::bigint as plan, $2::timestamptz as as_of, $4::text as lang, $5::text as level,
         as_of_day($1::bigint, $2::timestamptz, $3::date) as on_day
), head as (
  select d.body from q cross join lateral plan_document(q.plan, q.as_of, q.lang, q.on_day) d
), places as materialized (
  select l.*, r.parent, row_number() over (order by l.territory collate "C") as n
    from q cross join lateral plan_places(q.plan, q.as_of, q.lang, q.on_day, q.level) l
    left join territory_parent r on r.territory = l.territory and q.level = 'department' and holds_on(r, q.on_day)
), actions as materialized (
  select x.* from q cross join lateral plan_actions(q.plan, q.as_of, q.lang, q.on_day) x
), blocked as materialized (
  select distinct b.action_id, b.territory, b.organisation_id
    from q cross join lateral blocker_at(q.plan, q.as_of) b where b.closed_on is null and b.territory is not null
), deployed as materialized (
  select d.action_id, case q.level when 'department' then d.territory else r.parent end as territory, d.status, d.reported_at,
         counted_progress(d.status, d.progress) as counted, is_late(d.status, x.due_on, q.on_day) as late,
         b.action_id is not null as blocked
    from q cross join lateral action_deployment_at(q.plan, q.as_of) d
    join actions x on x.id = d.action_id
    left join blocked b on b.action_id = d.action_id and b.territory = d.territory and b.organisation_id = d.organisation_id
    left join territory_parent r on r.territory = d.territory and q.level = 'region' and holds_on(r, q.on_day)
), cells as materialized (
  select d.action_id, d.territory, json_build_array(
           -- deployments of several organisations: done when all are, begun when one is
           case when min(d.status collate "C") = max(d.status collate "C") then min(d.status)
                when bool_or(d.status in ('in_progress', 'done')) then 'in_progress'
                when bool_or(d.status = 'on_hold') then 'on_hold' else 'not_started' end,
           round(avg(d.counted))::integer, count(d.reported_at), count(*),
           count(*) filter (where d.late), count(*) filter (where d.blocked)) as cell
    from deployed d group by d.action_id, d.territory
), rows as (
  select x.id, json_agg(c.cell order by l.n) as cells, count(c.cell) as deployed
    from actions x cross join places l left join cells c on c.action_id = x.id and c.territory = l.territory
   group by x.id
), columns as (
  select x.sort_key, json_build_object('number', x.number, 'title', x.title, 'origin', x.origin,
           'measure', x.item ->> 'measure', 'level', x.item ->> 'level', 'due_on', x.due_on, 'own', json_build_array(x.status,
             round(x.counted)::integer, case when x.item ->> 'reported_at' is null then 0 else 1 end, 1,
             x.late::integer, x.blocked::integer),
           'cells', case when r.deployed > 0 then r.cells end) as item
    from actions x join rows r on r.id = x.id
), seen as materialized (
  select s.* from q cross join lateral indicator_seen(q.plan, q.as_of, q.level, q.on_day, null) s where s.newest
), figures as (
  select f.plugin_id, f.period, f.version_id, f.quartiles, (select json_agg(f.cells -> l.territory order by l.n) from places l) as cells
    from (select s.plugin_id, max(s.period) as period, max(s.version_id) as version_id, quartiles_json(array_agg(s.value)) as quartiles,
                 jsonb_object_agg(s.territory, case when s.state = 'value' then to_jsonb(s.value) else to_jsonb(s.state) end) as cells
            from seen s group by s.plugin_id) f
), indicators as (
  select g.code, json_build_object(
           'id', g.code, 'name', in_lang(q.lang, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
           'unit', m.own ->> 'unit', 'decimals', (m.own ->> 'decimals')::integer,
           'direction', v.metadata ->> 'direction', 'period', f.period, 'quartiles', f.quartiles, 'cells', f.cells) as item
    from q, figures f
    join plugin g on g.id = f.plugin_id
   cross join lateral plugin_version_at(g.id, q.as_of) v
    left join plugin_version w on w.id = f.version_id
   cross join lateral (select coalesce(w.metadata, v.metadata) as own) m
)
select json_build_object(
  'plan', head.body, 'as_of', instant_json(q.as_of), 'today', $3::date, 'generated_at', instant_json(now()), 'level', q.level,
  'territories', (select json_agg(l.item::jsonb || jsonb_build_object('region', l.parent) order by l.n) from places l),
  'actions', coalesce((select json_agg(c.item order by c.sort_key) from columns c), '[]'),
  'indicators', coalesce((select json_agg(i.item order by i.code) from indicators i), '[]'))::text as body
  from q, head;
