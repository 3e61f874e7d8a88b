-- Territories, one page.
-- $1 lang   $2 filters jsonb, each absent or text: level parent   $3 {"sort", "descending", "limit", "hash", "key", "id"}
with every as (
  select t.code as id,
         json_build_object('code', t.code, 'level', t.level, 'name', in_lang($1::text, t.name_fr, t.name_en),
           'parent', p.parent, 'population', t.population, 'source', t.source) as item,
         coalesce(case $3::jsonb ->> 'sort'
           when 'code' then t.code
           when 'name' then fold_text(in_lang($1::text, t.name_fr, t.name_en))
           when 'population' then lpad(t.population::text, 10, '0')
           else position(t.level in 'national region department')::text || t.code end, '') collate "C" as key
    from territory t
    left join territory_parent p on p.territory = t.code and p.to_on is null
   where ($2::jsonb ->> 'level' is null or t.level = $2::jsonb ->> 'level')
     and ($2::jsonb ->> 'parent' is null or p.parent = $2::jsonb ->> 'parent')
), page as (
  select e.*, row_number() over (order by case when q.down then e.key end desc, case when not q.down then e.key end,
                                          e.id collate "C") as n,
         q.size
    from every e, (select ($3::jsonb ->> 'descending')::boolean as down, ($3::jsonb ->> 'limit')::integer as size) q
   where $3::jsonb ->> 'id' is null
      or case when q.down then e.key < $3::jsonb ->> 'key' collate "C"
              else e.key > $3::jsonb ->> 'key' collate "C" end
      or (e.key = $3::jsonb ->> 'key' and e.id > $3::jsonb ->> 'id' collate "C")
)
select json_build_object(
         'items', coalesce(json_agg(p.item order by p.n) filter (where p.n <= p.size), '[]'),
         'total', (select count(*) from every),
         'next_cursor', max(case when p.n = p.size and exists (select 1 from page x where x.n > p.size)
           then ($3::jsonb ->> 'hash') || encode(convert_to(p.key || chr(31) || p.id, 'UTF8'), 'hex') end)
       )::text as body
  from page p;
