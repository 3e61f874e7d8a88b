-- Saves the text of a draft; the plugin begins with its first one.  The approval of an earlier text is gone.
-- No row: it changed since it was read.
-- What kind it is may change until it is published.
-- $1 code   $2 version of the plugin that was read, 0: none   $3 source   $4 sha256   $5 kind that the source names
with p as (
  insert into plugin (code, kind, state, created_by) values ($1::text, $5::text, 'draft', vigie_person())
  on conflict (code) do update
     set state = case when plugin.state = 'review' then 'draft' else plugin.state end, change_reason = null,
         kind = case when exists (select 1 from plugin_version v where v.plugin_id = plugin.id) then plugin.kind
                     else excluded.kind end
   where plugin.version = $2::bigint
  returning id, version
)
insert into plugin_draft as d (plugin_id, source, sha256, author_id)
select p.id, $3::text, $4::text, vigie_person() from p
on conflict (plugin_id) do update
   set state = 'draft', source = excluded.source, sha256 = excluded.sha256, author_id = excluded.author_id,
       saved_at = now(), metadata = null, tests = null, review_asked_at = null, approved_at = null,
       approved_by = null, version = d.version + 1
returning d.plugin_id;
