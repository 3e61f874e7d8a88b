-- Measures of a plan, one page.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang
-- $5 filters jsonb, each absent or text: objective lead
-- $6 {"sort", "descending", "limit", "hash", "key", "id"}
with every as (
  select m.sort_key as id, m.item,
         coalesce(case $6::jsonb ->> 'sort'
           when 'title' then fold_text(m.item ->> 'title')
           when 'objective' then number_key(m.item ->> 'objective')
           when 'lead' then m.item -> 'lead' ->> 'code'
           when 'progress' then to_char(m.progress, 'FM000.000000')
           else m.sort_key end,
           case when ($6::jsonb ->> 'descending')::boolean then '' else '~' end) collate "C" as key
    from plan_measures($1::bigint, $2::timestamptz, $4::text,
                       as_of_day($1::bigint, $2::timestamptz, $3::date)) m
   where ($5::jsonb ->> 'objective' is null or m.item ->> 'objective' = $5::jsonb ->> 'objective')
     and ($5::jsonb ->> 'lead' is null or m.item -> 'lead' ->> 'code' = $5::jsonb ->> 'lead')
), page as (
  select e.*, row_number() over (order by case when q.down then e.key end desc, case when not q.down then e.key end,
                                          e.id collate "C") as n,
         q.size
    from every e, (select ($6::jsonb ->> 'descending')::boolean as down, ($6::jsonb ->> 'limit')::integer as size) q
   where $6::jsonb ->> 'id' is null
      or case when q.down then e.key < $6::jsonb ->> 'key' collate "C"
              else e.key > $6::jsonb ->> 'key' collate "C" end
      or (e.key = $6::jsonb ->> 'key' and e.id > $6::jsonb ->> 'id' collate "C")
)
select json_build_object(
         'items', coalesce(json_agg(p.item order by p.n) filter (where p.n <= p.size), '[]'),
         'total', (select count(*) from every),
         'next_cursor', max(case when p.n = p.size and exists (select 1 from page x where x.n > p.size)
           then ($6::jsonb ->> 'hash') || encode(convert_to(p.key || chr(31) || p.id, 'UTF8'), 'hex') end)
       )::text as body
  from page p;
