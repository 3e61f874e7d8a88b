-- The person's own imports, without what they hold.
-- $1 list jsonb, see list_page
with fits as (
  select i.id, instant_json(i.created_at) as key from import i where i.person_id = vigie_person()
), page as (
  select p.* from list_page((select array_agg(key order by id) from fits),
                            (select array_agg(id order by id) from fits), $1::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(json_build_object(
             'id', i.id, 'kind', i.kind, 'plan', coalesce(l.code, i.preview ->> 'plan'),
             'series', (select s.code from series s where s.id = i.series_id),
             'mapper', (select json_build_object('id', g.code, 'version', v.version)
                          from plugin_version v join plugin g on g.id = v.plugin_id where v.id = i.mapper_version_id),
             'file_name', i.file_name, 'rows', i.rows, 'refused', i.refused,
             'state', case when i.committed_at is not null then 'committed'
                           when i.expires_at < now() then 'expired' else 'preview' end,
             'created_at', instant_json(i.created_at), 'committed_at', instant_json(i.committed_at)) order by p.n)
             from page p join import i on i.id = p.id left join plan l on l.id = i.plan_id), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', (select max(next) from page))::text as body;
