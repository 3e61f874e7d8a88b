-- An import as answers show it.
-- $1 import bigint
-- No row: there is none, or it is somebody else's.
select json_build_object(
         'id', i.id, 'kind', i.kind, 'plan', coalesce(p.code, i.preview ->> 'plan'),
         'series', (select s.code from series s where s.id = i.series_id),
         'mapper', (select json_build_object('id', g.code, 'version', v.version)
                      from plugin_version v join plugin g on g.id = v.plugin_id where v.id = i.mapper_version_id),
         'file_name', i.file_name, 'sha256', i.sha256, 'rows', i.rows,
         'state', case when i.committed_at is not null then 'committed'
                       when i.expires_at < now() then 'expired' else 'preview' end,
         'created_at', instant_json(i.created_at),
         'created_by', case when i.person_id is not null then person_json(i.person_id) end,
         'expires_at', instant_json(i.expires_at), 'committed_at', instant_json(i.committed_at),
         'preview', i.preview)::text as body
  from import i
  left join plan p on p.id = i.plan_id
 where i.id = $1::bigint;
