-- The published totals of a series, one page, by period.
-- $1 series bigint   $2 plan bigint   $3 as_of or null for now   $4 filters jsonb, as totals_asked
-- $5 {"limit", "hash", "key", "id"}: `key` and `id` are where the page before ended
with asked as (
  select ($5::jsonb ->> 'limit')::integer as size, $5::jsonb ->> 'key' as key, $5::jsonb ->> 'id' as id
), page as (
  select t.*, row_number() over (order by t.to_on, t.id) as n
    from asked q, totals_asked($1::bigint, $2::bigint, $3::timestamptz, $4::jsonb) t
   where q.id is null or (t.to_on, t.id) > (q.key::date, q.id::bigint)
   order by t.to_on, t.id
   limit (select size + 1 from asked)
), items as (
  select p.n, json_strip_nulls(json_build_object(
           'territory', p.territory, 'organisation', o.code, 'period', to_char(p.to_on, 'YYYY-MM'), 'months', p.months,
           'dims', dims_json(p.dims, '{}'), 'state', p.state, 'value', p.value,
           'reason', case p.state when 'suppressed' then 'small_count' when 'missing' then 'not_reported' end,
           'coverage', json_build_object('received', p.received, 'expected', p.expected),
           'flags', case when p.fictitious then array['fictitious'] else '{}' end,
           'published_at', instant_json(b.published_at))) as item
    from asked q, page p
    join publication b on b.id = p.publication_id
    left join organisation o on o.id = p.organisation_id
   where p.n <= q.size
)
select json_build_object(
         'items', (select coalesce(json_agg(i.item order by i.n), '[]') from items i),
         'total', (select count(*) from totals_asked($1::bigint, $2::bigint, $3::timestamptz, $4::jsonb)),
         'next_cursor', (select ($5::jsonb ->> 'hash') || encode(convert_to(p.to_on || chr(31) || p.id, 'UTF8'), 'hex')
                           from page p, asked q
                          where p.n = q.size and exists (select 1 from page z where z.n > q.size)))::text as body;
