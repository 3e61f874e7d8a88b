-- The status reports behind the rows of actions that one cell rests on: of each row the one that holds, with those that
-- held before it.
-- $1 plan   $2 as of, null: now   $3 territory of the cell   $4 day on which a region is what lies in it
-- $5 by deployment, else of the actions themselves   $6 when the value shown before was computed, null   $7 rows at most
with until as materialized (
  select case when $2::timestamptz is null then 'infinity' else $2 end as at
), rows_read as materialized ( -- each by an index of its own: of the action, of the deployment
  select a.number, a.sort_key, 'FR' as territory, null as organisation, array(
           select s.id from until u join status_report s on s.recorded_at <= u.at
            where s.action_id = a.id and s.deployment_id is null
              and not exists (select from status_report_withdrawal x where x.report_id = s.id and x.withdrawn_at <= u.at)
            order by s.recorded_at desc, s.id desc limit 6) as reports
    from action_at($1::bigint, $2::timestamptz) a
   where not $5::boolean
  union all
  select a.number, a.sort_key, d.territory, o.code, array(
           select s.id from until u join status_report s on s.recorded_at <= u.at
            where s.deployment_id = d.id
              and not exists (select from status_report_withdrawal x where x.report_id = s.id and x.withdrawn_at <= u.at)
            order by s.recorded_at desc, s.id desc limit 6)
    from action_deployment_at($1::bigint, $2::timestamptz) d
    join action_at($1::bigint, $2::timestamptz) a on a.id = d.action_id
    join organisation o on o.id = d.organisation_id
    join territory t on t.code = d.territory
   where $5::boolean
     and case when $3::text = 'FR' then t.level = 'department'
              else d.territory = $3::text or exists (select from territory_parent p where p.territory = d.territory
                                                        and p.parent = $3::text and holds_on(p, $4::date)) end
), holding as materialized (
  select r.*, row_number() over (order by r.sort_key, r.territory, r.organisation) as n from rows_read r where r.reports <> '{}'
)
select json_build_object('total', (select count(*) from holding), 'items', coalesce((
  select json_agg(json_strip_nulls(json_build_object(
           'number', h.number, 'territory', h.territory, 'organisation', h.organisation,
           'status', r.status, 'progress', r.progress,
           'recorded_at', instant_json(r.recorded_at), 'recorded_by', person_json(r.person_id),
           'changed', r.recorded_at > $6::timestamptz, 'earlier', e.items)) order by h.n)
    from holding h
    join status_report r on r.id = h.reports[1]
    left join lateral (
      select json_agg(json_strip_nulls(json_build_object('status', b.status, 'progress', b.progress,
               'recorded_at', instant_json(b.recorded_at), 'recorded_by', person_json(b.person_id)))
               order by b.recorded_at desc, b.id desc) as items
        from status_report b where b.id = any (h.reports[2:])) e on true
   where h.n <= $7::integer), '[]'))::text as body;
