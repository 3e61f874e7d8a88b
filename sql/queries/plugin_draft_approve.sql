-- Approves the text in review, as the person asking.
-- No row: it changed since it was read.
-- $1 plugin   $2 version of the plugin that was read
with p as (
  update plugin set change_reason = null where id = $1::bigint and version = $2::bigint returning id
)
update plugin_draft d set approved_at = now(), approved_by = vigie_person(), version = d.version + 1
  from p where d.plugin_id = p.id and d.state = 'review'
returning d.id;
