-- Evidence of an action: links and files, without their bytes.
-- $1 plan bigint   $2 action number   $3 as_of or null for now   $4 filters jsonb: kind (link, file)
-- $5 list jsonb, see list_page
-- No row: no such action.
with a as (
  select id from action_one($1::bigint, $2, $3::timestamptz)
), fits as (
  select e.id, instant_json(e.added_at) as key
    from a join evidence e on e.action_id = a.id
   where ($3::timestamptz is null or e.added_at <= $3::timestamptz)
     and ($4::jsonb ->> 'kind' is null or (e.url is not null) = ($4::jsonb ->> 'kind' = 'link'))
), page as (
  select p.* from list_page((select array_agg(key order by id) from fits),
                            (select array_agg(id order by id) from fits), $5::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(evidence_json(e) order by p.n)
                              from page p join evidence e on e.id = p.id), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', (select max(next) from page))::text as body
  from a;
