-- The version of the draft that was closed just before, as long as nobody else wrote in between.
-- No row: it changed since it was read.
-- $1 plugin   $2 version of the plugin that was read   $3 version of the text
with v as (
  insert into plugin_version (plugin_id, version, source, sha256, metadata, active, published_by)
  select d.plugin_id, $3::text, d.source, d.sha256, d.metadata, true, vigie_person()
    from plugin_draft d join plugin g on g.id = d.plugin_id
   where d.plugin_id = $1::bigint and d.state = 'closed' and g.version = $2::bigint + 1
  returning id
), marked as (
  insert into job (kind, plan_id)
  select 'refresh', p.id from plan p, v, plugin g
   where p.archived_at is null and g.id = $1::bigint and g.kind in ('indicator', 'alert')
)
select v.id from v;
