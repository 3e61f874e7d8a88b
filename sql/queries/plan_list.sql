-- The plans that the person may read, one page.
-- $1 as_of or null for now   $2 today   $3 lang   $4 {"sort", "descending", "limit", "hash", "key", "id"}
with every as (
  select p.code as id, d.body,
         case $4::jsonb ->> 'sort' when 'code' then p.code
              when 'title' then fold_text(d.body ->> 'title') else d.body ->> 'start_on' end collate "C" as key
    from plan p
   cross join lateral plan_document(p.id, $1::timestamptz, $3::text, as_of_day(p.id, $1::timestamptz, $2::date)) d
   where vigie_service() or p.id in (select vigie_plans())
), page as (
  select e.*, row_number() over (order by case when q.down then e.key end desc, case when not q.down then e.key end,
                                          e.id collate "C") as n,
         q.size
    from every e, (select ($4::jsonb ->> 'descending')::boolean as down, ($4::jsonb ->> 'limit')::integer as size) q
   where $4::jsonb ->> 'id' is null
      or case when q.down then e.key < $4::jsonb ->> 'key' collate "C"
              else e.key > $4::jsonb ->> 'key' collate "C" end
      or (e.key = $4::jsonb ->> 'key' and e.id > $4::jsonb ->> 'id' collate "C")
)
select json_build_object(
         'items', coalesce(json_agg(p.body order by p.n) filter (where p.n <= p.size), '[]'),
         'total', (select count(*) from every),
         'next_cursor', max(case when p.n = p.size and exists (select 1 from page x where x.n > p.size)
           then ($4::jsonb ->> 'hash') || encode(convert_to(p.key || chr(31) || p.id, 'UTF8'), 'hex') end)
       )::text as body
  from page p;
