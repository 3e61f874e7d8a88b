-- Territories, one page, with what each was part of on that day.
-- $1 lang   $2 filters jsonb, each absent or text: level parent   $3 list jsonb, see list_document
-- $4 day
with every as (
  select t.code, t.level, t.population, in_lang($1::text, t.name_fr, t.name_en) as name,
         json_build_object('code', t.code, 'level', t.level, 'name', in_lang($1::text, t.name_fr, t.name_en),
           'parent', p.parent, 'population', t.population, 'source', t.source) as item
    from territory t
    left join territory_parent p on p.territory = t.code and holds_on(p, $4::date)
   where ($2::jsonb ->> 'level' is null or t.level = $2::jsonb ->> 'level')
     and ($2::jsonb ->> 'parent' is null or p.parent = $2::jsonb ->> 'parent')
)
select list_document(array_agg(coalesce(case $3::jsonb ->> 'sort'
                       when 'code' then e.code
                       when 'name' then fold_text(e.name)
                       when 'population' then lpad(e.population::text, 10, '0')
                       else position(e.level in 'national region department')::text || e.code end, '')),
                     array_agg(e.code), array_agg(e.item), $3::jsonb) as body
  from every e;
