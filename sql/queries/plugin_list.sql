-- The plugins, with their active version, one page.
-- $1 language   $2 filters jsonb, each absent or text: kind state   $3 list jsonb, see list_document
with every as (
  select g.code, g.kind, g.state, v.published_at,
         in_lang($1::text, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}') as name,
         json_build_object(
           'id', g.code, 'kind', g.kind, 'state', g.state, 'shipped', g.shipped, 'on_disk', g.on_disk,
           'version', v.version, 'name', in_lang($1::text, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
           'summary', in_lang($1::text, v.metadata #>> '{summary,fr}', v.metadata #>> '{summary,en}'),
           'unit', v.metadata ->> 'unit', 'direction', v.metadata ->> 'direction',
           'published_at', instant_json(v.published_at)) as item
    from plugin g left join plugin_version v on v.plugin_id = g.id and v.active
   where ($2::jsonb ->> 'kind' is null or g.kind = $2::jsonb ->> 'kind')
     and ($2::jsonb ->> 'state' is null or g.state = $2::jsonb ->> 'state')
)
select list_document(array_agg(coalesce(case $3::jsonb ->> 'sort'
                       when 'name' then fold_text(e.name)
                       when 'kind' then e.kind
                       when 'state' then position(e.state in 'draft review published deprecated quarantined retired')::text
                       when 'published_at' then instant_json(e.published_at)
                       else e.code end, case when ($3::jsonb ->> 'descending')::boolean then '' else '~' end)),
                     array_agg(e.code), array_agg(e.item), $3::jsonb) as body
  from every e;
