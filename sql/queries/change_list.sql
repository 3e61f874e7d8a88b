-- What changed in a plan between two instants, latest first, one page.
-- $1 plan bigint   $2 since or null   $3 until or null for now   $4 lang
-- $5 filters jsonb, each absent or text: object number field
-- $6 {"limit", "hash", "key", "id"}; the key is the instant, the id "journal:place"
with every as materialized (
  select c.at, c.journal_id, c.place, c.item
    from plan_moves($1::bigint, coalesce($2::timestamptz, '-infinity'), coalesce($3::timestamptz, now()), $4::text) c
   where ($5::jsonb ->> 'object' is null or c.item ->> 'object' = $5::jsonb ->> 'object')
     and ($5::jsonb ->> 'number' is null or c.item ->> 'number' = $5::jsonb ->> 'number')
     and ($5::jsonb ->> 'field' is null or c.item ->> 'field' = $5::jsonb ->> 'field')
), page as (
  select e.*, row_number() over (order by e.at desc, e.journal_id desc, e.place desc) as n,
         ($6::jsonb ->> 'limit')::integer as size
    from every e
   where $6::jsonb ->> 'id' is null
      or (e.at, e.journal_id, e.place) < (($6::jsonb ->> 'key')::timestamptz,
          split_part($6::jsonb ->> 'id', ':', 1)::bigint, split_part($6::jsonb ->> 'id', ':', 2)::bigint)
)
select json_build_object(
         'items', coalesce(json_agg(p.item order by p.n) filter (where p.n <= p.size), '[]'),
         'total', (select count(*) from every),
         'next_cursor', max(case when p.n = p.size and exists (select 1 from page x where x.n > p.size)
           then ($6::jsonb ->> 'hash') || encode(convert_to(
                  instant_json(p.at) || chr(31) || p.journal_id || ':' || p.place, 'UTF8'), 'hex') end)
       )::text as body
  from page p;
