-- Deployments of an action.
-- $1 plan bigint   $2 action number   $3 as_of or null for now
-- $4 filters jsonb: territory (with all that lies within), organisation, status
-- $5 list jsonb, see list_page   $6 lang   $7 today
-- No row: no such action.
with a as (
  select * from action_one($1::bigint, $2, $3::timestamptz)
), d as (
  select d.* from a cross join lateral action_deployment_of(a.id, $3::timestamptz) d
), fits as (
  select d.id,
         coalesce(case $5::jsonb ->> 'sort'
           when 'territory' then d.territory
           when 'organisation' then o.code
           when 'status' then position(d.status in 'in_progress not_started on_hold done carried_over dropped')::text
           when 'progress' then lpad(d.progress::text, 3, '0')
           when 'reported_at' then instant_json(d.reported_at)
         end, case when ($5::jsonb ->> 'descending')::boolean then '' else '~' end) as key
    from d
    join organisation o on o.id = d.organisation_id
   where ($4::jsonb ->> 'organisation' is null or o.code = $4::jsonb ->> 'organisation')
     and ($4::jsonb ->> 'status' is null or d.status = $4::jsonb ->> 'status')
     and ($4::jsonb ->> 'territory' is null
          or d.territory in (select territories_within($4::jsonb ->> 'territory')))
), page as (
  select p.* from list_page((select array_agg(key order by id) from fits),
                            (select array_agg(id order by id) from fits), $5::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(deployment_json(d::action_deployment, a::action,
                                              as_of_day($1::bigint, $3::timestamptz, $7::date),
                                              $3::timestamptz, $6::text) order by p.n)
                              from page p join d on d.id = p.id), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', (select max(next) from page))::text as body
  from a;
