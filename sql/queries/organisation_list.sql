-- Organisations, one page.
-- $1 lang   $2 filters jsonb, each absent or text: kind   $3 {"sort", "descending", "limit", "hash", "key", "id"}
with every as (
  select o.code as id,
         json_build_object('code', o.code, 'name', in_lang($1::text, o.name_fr, o.name_en), 'name_fr', o.name_fr,
           'name_en', o.name_en, 'kind', o.kind, 'version', o.version) as item,
         case $3::jsonb ->> 'sort' when 'name' then fold_text(in_lang($1::text, o.name_fr, o.name_en))
              when 'kind' then o.kind else o.code end collate "C" as key
    from organisation o
   where ($2::jsonb ->> 'kind' is null or o.kind = $2::jsonb ->> 'kind')
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
