-- Accounts, one page.
-- $1 filters jsonb: q (in login or name), role, plan, disabled (true or false)
-- $2 {"sort": login or name, "descending", "limit", "hash", "key", "id"}
-- Always one row.
with asked as (
  select $1::jsonb as f, ($2::jsonb ->> 'descending')::boolean as down, ($2::jsonb ->> 'limit')::integer as size
), fits as (
  select p, p.login, (case $2::jsonb ->> 'sort' when 'name' then lower(p.name) else p.login end) collate "C" as key
    from asked q, person p
   where (q.f ->> 'q' is null or position(lower(q.f ->> 'q') in lower(p.login || ' ' || p.name)) > 0)
     and (q.f ->> 'disabled' is null or (p.disabled_at is not null) = (q.f ->> 'disabled')::boolean)
     and (q.f ->> 'role' is null and q.f ->> 'plan' is null
          or exists (select 1 from role_grant g
                      where g.person_id = p.id and g.revoked_at is null
                        and (q.f ->> 'role' is null or g.role = q.f ->> 'role')
                        and (q.f ->> 'plan' is null or g.plan_id = plan_id_of(q.f ->> 'plan'))))
), page as (
  select f.*, row_number() over (order by case when q.down then f.key end desc,
                                          case when not q.down then f.key end, f.login collate "C") as n
    from asked q, fits f
   where $2::jsonb ->> 'id' is null
      or case when q.down then f.key < $2::jsonb ->> 'key' collate "C"
              else f.key > $2::jsonb ->> 'key' collate "C" end
      or f.key = $2::jsonb ->> 'key' and f.login > $2::jsonb ->> 'id' collate "C"
)
select json_build_object(
         'items', coalesce(json_agg(person_document(page.p) order by page.n) filter (where page.n <= q.size), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', max(case when page.n = q.size and exists (select 1 from page x where x.n > q.size)
           then ($2::jsonb ->> 'hash') || encode(convert_to(page.key || chr(31) || page.login, 'UTF8'), 'hex') end)
       )::text as body
  from asked q left join page on true
 group by q.size;
