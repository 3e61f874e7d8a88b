-- Blockers of an action.
-- $1 plan bigint   $2 action number   $3 as_of or null for now
-- $4 filters jsonb: open, kind, territory (with all that lies within), organisation
-- $5 list jsonb, see list_page   $6 lang
-- No row: no such action.
with a as (
  select id from action_one($1::bigint, $2, $3::timestamptz)
), b as (
  select b.* from a
   cross join lateral blocker_of(a.id, $3::timestamptz) b
    left join organisation o on o.id = b.organisation_id
   where ($4::jsonb ->> 'open' is null or (b.closed_on is null) = ($4::jsonb ->> 'open')::boolean)
     and ($4::jsonb ->> 'kind' is null or b.kind = $4::jsonb ->> 'kind')
     and ($4::jsonb ->> 'organisation' is null or o.code = $4::jsonb ->> 'organisation')
     and ($4::jsonb ->> 'territory' is null
          or b.territory in (select territories_within($4::jsonb ->> 'territory')))
), page as (
  select p.* from list_page((select array_agg(to_char(opened_on, 'YYYY-MM-DD') order by id) from b),
                            (select array_agg(id order by id) from b), $5::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(blocker_json(b::blocker, $6::text, $3::timestamptz) order by p.n)
                              from page p join b on b.id = p.id), '[]'),
         'total', (select count(*) from b),
         'next_cursor', (select max(next) from page))::text as body
  from a;
