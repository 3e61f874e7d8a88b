-- The publications of a plan, the latest period first.
-- $1 plan bigint   $2 as_of or null for now   $3 {"limit", "hash", "key", "id"}
with asked as (
  select ($3::jsonb ->> 'limit')::integer as size, $3::jsonb ->> 'id' as id, $3::jsonb ->> 'key' as key
), found as (
  select p.id, p.period, row_number() over (order by p.period desc, p.id desc) as n
    from publication p, asked q
   where p.plan_id = $1::bigint and ($2::timestamptz is null or p.published_at <= $2::timestamptz)
     and (q.id is null or (p.period, p.id) < (q.key, q.id::bigint))
   order by p.period desc, p.id desc
   limit (select size + 1 from asked)
)
select json_build_object(
         'items', (select coalesce(json_agg(publication_json(b) order by f.n), '[]')
                     from found f, asked q, publication b where f.n <= q.size and b.id = f.id),
         'total', (select count(*) from publication p
                    where p.plan_id = $1::bigint and ($2::timestamptz is null or p.published_at <= $2::timestamptz)),
         'next_cursor', (select ($3::jsonb ->> 'hash') || encode(convert_to(f.period || chr(31) || f.id, 'UTF8'), 'hex')
                           from found f, asked q
                          where f.n = q.size and exists (select 1 from found z where z.n > q.size)))::text as body;
