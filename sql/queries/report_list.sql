-- Status reports of an action and of its deployments.
-- $1 plan bigint   $2 action number   $3 as_of or null for now
-- $4 filters jsonb: territory (FR: the action itself), organisation   $5 list jsonb, see list_page
-- No row: no such action.
with a as (
  select id from action_one($1::bigint, $2, $3::timestamptz)
), fits as (
  select r.id, instant_json(r.recorded_at) as key
    from a
    join status_report r on r.action_id = a.id
    left join action_deployment d on d.id = r.deployment_id
    left join organisation o on o.id = d.organisation_id
   where ($3::timestamptz is null or r.recorded_at <= $3::timestamptz)
     and ($4::jsonb ->> 'organisation' is null or o.code = $4::jsonb ->> 'organisation')
     and ($4::jsonb ->> 'territory' is null
          or $4::jsonb ->> 'territory' = 'FR' and d.id is null
          or $4::jsonb ->> 'territory' <> 'FR'
             and d.territory in (select territories_within($4::jsonb ->> 'territory')))
), page as (
  select p.* from list_page((select array_agg(key order by id) from fits),
                            (select array_agg(id order by id) from fits), $5::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(report_json(r, $3::timestamptz) order by p.n)
                              from page p join status_report r on r.id = p.id), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', (select max(next) from page))::text as body
  from a;
