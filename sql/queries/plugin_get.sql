-- One plugin: its description, its text, all its versions, the draft that the person may see; what its method sheet
-- is made of.
-- No row: none has this code, or it is only a draft of somebody else.
-- $1 code   $2 language
select g.version, json_build_object(
         'id', g.code, 'kind', g.kind, 'state', plugin_standing(g.state, v.id), 'shipped', g.shipped, 'on_disk', g.on_disk,
         'version', v.version, 'name', in_lang($2::text, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
         'summary', in_lang($2::text, v.metadata #>> '{summary,fr}', v.metadata #>> '{summary,en}'),
         'unit', v.metadata ->> 'unit', 'direction', v.metadata ->> 'direction', 'owner', v.metadata ->> 'owner',
         'published_at', instant_json(v.published_at), 'published_by', person_json(v.published_by),
         'reason', g.change_reason, 'sha256', v.sha256, 'metadata', v.metadata, 'source', v.source,
         'draft', d.draft,
         'dependants', (select coalesce(json_agg(n.code order by n.code), '[]') from plugin_dependants(g.code) n),
         'failures', (select coalesce(json_agg(json_build_object(
                        'at', instant_json(f.at), 'code', f.finding ->> 'code', 'line', (f.finding ->> 'line')::integer,
                        'text', in_lang($2::text, f.finding ->> 'fr', f.finding ->> 'en'), 'counts', f.counts)
                        order by f.id desc), '[]')
                        from (select * from rule_failure f where f.version_id = v.id order by f.id desc limit 10) f),
         'versions', (select coalesce(json_agg(json_build_object(
                        'version', o.version, 'sha256', o.sha256, 'active', o.active,
                        'published_at', instant_json(o.published_at), 'published_by', person_json(o.published_by))
                        order by string_to_array(o.version, '.')::integer[] desc), '[]')
                        from plugin_version o where o.plugin_id = g.id))::text as body,
       v.metadata, (select x.graph from plugin_graph x where x.sha256 = v.sha256) as graph,
       (select json_agg(w.metadata order by a.code) from plugin a join plugin_version w on w.plugin_id = a.id and w.active
         where a.kind = 'alert' and a.state in ('published', 'deprecated') and split_part(w.metadata ->> 'on', '@', 1) = g.code) as alerts
  from plugin g left join plugin_version v on v.plugin_id = g.id and v.active
  left join lateral (select plugin_draft_json(g.id, true) as draft) d on true
 where g.code = $1::text and (v.id is not null or d.draft is not null);
