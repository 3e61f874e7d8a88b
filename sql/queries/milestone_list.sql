-- Milestones of an action.
-- $1 plan bigint   $2 action number   $3 as_of or null for now   $4 filters jsonb: done
-- $5 list jsonb, see list_page   $6 lang
-- No row: no such action.
with a as (
  select id from action_one($1::bigint, $2, $3::timestamptz)
), m as (
  select m.* from a cross join lateral milestone_of(a.id, $3::timestamptz) m
   where $4::jsonb ->> 'done' is null or (m.done_on is not null) = ($4::jsonb ->> 'done')::boolean
), page as (
  select p.* from list_page((select array_agg(to_char(due_on, 'YYYY-MM-DD') order by id) from m),
                            (select array_agg(id order by id) from m), $5::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(milestone_json(m::milestone, $6::text) order by p.n)
                              from page p join m on m.id = p.id), '[]'),
         'total', (select count(*) from m),
         'next_cursor', (select max(next) from page))::text as body
  from a;
