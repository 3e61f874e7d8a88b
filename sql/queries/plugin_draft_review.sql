-- Puts a draft to review, with what it says of itself and what its tests gave.
-- No row: it changed since it was read.
-- $1 plugin   $2 version of the plugin that was read   $3 metadata   $4 tests   $5 sha256 of the text tested
-- $6 graph of a formula, null   $7 kind: it is settled by what is published first
with p as (
  update plugin set state = case when state = 'draft' then 'review' else state end, change_reason = null,
         kind = case when exists (select 1 from plugin_version v where v.plugin_id = plugin.id) then kind else $7::text end
   where id = $1::bigint and version = $2::bigint
     and exists (select 1 from plugin_draft d where d.plugin_id = plugin.id and d.sha256 = $5::text)
  returning id
), traced as (
  insert into plugin_graph (sha256, graph) select $5::text, $6::jsonb from p where $6::jsonb is not null
  on conflict do nothing
)
update plugin_draft d
   set state = 'review', metadata = $3::jsonb, tests = $4::jsonb, review_asked_at = now(), version = d.version + 1
  from p where d.plugin_id = p.id
returning d.id;
