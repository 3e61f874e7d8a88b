-- Publishes the approved text, first of three in one transaction: closes the draft, ends the version
-- that was active, and marks the plans that the person sees; the worker finds the others.
-- No row: it changed since it was read.
-- $1 plugin   $2 version of the plugin that was read
with p as (
  update plugin set state = 'published', change_reason = null
   where id = $1::bigint and version = $2::bigint
     and exists (select 1 from plugin_draft d where d.plugin_id = plugin.id and d.state = 'review'
                    and d.approved_by is not null)
  returning id
), closed as (
  update plugin_draft d set state = 'closed', version = d.version + 1 from p where d.plugin_id = p.id
), ended as (
  update plugin_version v set active = false from p where v.plugin_id = p.id and v.active
)
select p.id from p;
