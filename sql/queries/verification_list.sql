-- What was found of an action that was declared done, the latest first.
-- $1 plan bigint   $2 action number   $3 as_of or null for now   $4 filters jsonb: none   $5 list jsonb, see list_page
-- No row: no such action.
with a as (
  select id from action_one($1::bigint, $2, $3::timestamptz)
), v as (
  select v.* from a join verification v on v.action_id = a.id
   where ($3::timestamptz is null or v.at <= $3::timestamptz) and $4::jsonb is not null
), page as (
  select p.* from list_page((select array_agg(instant_json(at) order by id) from v),
                            (select array_agg(id order by id) from v), $5::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(verification_json(v::verification) order by p.n)
                              from page p join v on v.id = p.id), '[]'),
         'total', (select count(*) from v),
         'next_cursor', (select max(next) from page))::text as body
  from a;
