-- The plugins, with their active version.
-- $1 language
select json_build_object(
         'items', coalesce(json_agg(json_build_object(
           'id', g.code, 'kind', g.kind, 'state', g.state, 'shipped', g.shipped, 'on_disk', g.on_disk,
           'version', v.version, 'name', in_lang($1::text, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
           'summary', in_lang($1::text, v.metadata #>> '{summary,fr}', v.metadata #>> '{summary,en}'),
           'unit', v.metadata ->> 'unit', 'direction', v.metadata ->> 'direction',
           'published_at', instant_json(v.published_at)) order by g.code), '[]'),
         'total', count(*), 'next_cursor', null)::text as body
  from plugin g left join plugin_version v on v.plugin_id = g.id and v.active;
