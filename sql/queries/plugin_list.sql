-- The plugins, with their active version, one page; those that are only a draft are seen by whom the draft is.
-- $1 language   $2 filters jsonb, each absent or text: kind state   $3 list jsonb, see list_document
with seen as (
  select g.id, g.code, g.kind, plugin_standing(g.state, v.id) as state, g.shipped, g.on_disk, v.version as active, v.published_at, d.draft,
         coalesce(v.metadata, (select x.metadata from plugin_draft x
                                where x.plugin_id = g.id and d.draft is not null)) as about
    from plugin g left join plugin_version v on v.plugin_id = g.id and v.active
    left join lateral (select plugin_draft_json(g.id, false) as draft) d on true
   where (v.id is not null or d.draft is not null)
     and ($2::jsonb ->> 'kind' is null or g.kind = $2::jsonb ->> 'kind')
     and ($2::jsonb ->> 'state' is null or plugin_standing(g.state, v.id) = $2::jsonb ->> 'state')
), every as (
  select g.code, g.kind, g.state, g.published_at,
         in_lang($1::text, g.about #>> '{name,fr}', g.about #>> '{name,en}') as name,
         json_build_object(
           'id', g.code, 'kind', g.kind, 'state', g.state, 'shipped', g.shipped, 'on_disk', g.on_disk,
           'version', g.active, 'name', in_lang($1::text, g.about #>> '{name,fr}', g.about #>> '{name,en}'),
           'summary', in_lang($1::text, g.about #>> '{summary,fr}', g.about #>> '{summary,en}'),
           'unit', g.about ->> 'unit', 'direction', g.about ->> 'direction', 'owner', g.about ->> 'owner',
           'published_at', instant_json(g.published_at), 'draft', g.draft) as item
    from seen g
)
select list_document(array_agg(coalesce(case $3::jsonb ->> 'sort'
                       when 'name' then fold_text(e.name)
                       when 'kind' then e.kind
                       when 'state' then position(e.state in 'draft review published deprecated quarantined retired')::text
                       when 'published_at' then instant_json(e.published_at)
                       else e.code end, case when ($3::jsonb ->> 'descending')::boolean then '' else '~' end)),
                     array_agg(e.code), array_agg(e.item), $3::jsonb) as body
  from every e;
