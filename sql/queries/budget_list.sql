-- Budget lines of an action.
-- $1 plan bigint   $2 action number   $3 as_of or null for now   $4 filters jsonb: none   $5 list jsonb, see list_page
-- No row: no such action.
with a as (
  select id from action_one($1::bigint, $2, $3::timestamptz)
), b as (
  select b.* from a cross join lateral budget_line_of(a.id, $3::timestamptz) b where $4::jsonb is not null
), page as (
  select p.* from list_page((select array_agg(funding order by id) from b), (select array_agg(id order by id) from b), $5::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(budget_json(b::budget_line) order by p.n) from page p join b on b.id = p.id), '[]'),
         'total', (select count(*) from b),
         'next_cursor', (select max(next) from page))::text as body
  from a;
