-- Organisations, one page, by the names they had then.
-- $1 lang   $2 filters jsonb, each absent or text: kind   $3 list jsonb, see list_document
-- $4 as_of or null for now
with every as (
  select o.code, o.kind, in_lang($1::text, o.name_fr, o.name_en) as name,
         json_build_object('code', o.code, 'name', in_lang($1::text, o.name_fr, o.name_en), 'name_fr', o.name_fr,
           'name_en', o.name_en, 'kind', o.kind, 'version', o.version) as item
    from organisations_at($4::timestamptz) o
   where ($2::jsonb ->> 'kind' is null or o.kind = $2::jsonb ->> 'kind')
)
select list_document(array_agg(case $3::jsonb ->> 'sort' when 'name' then fold_text(e.name)
                                    when 'kind' then e.kind else e.code end),
                     array_agg(e.code), array_agg(e.item), $3::jsonb) as body
  from every e;
