-- Adds an immutable version and makes it the active one; does nothing when it is there already.
-- $1 code   $2 version   $3 source   $4 sha256   $5 metadata   $6 graph of a formula, null
with traced as (
  insert into plugin_graph (sha256, graph) select $4::text, $6::jsonb where $6::jsonb is not null
  on conflict do nothing
)
insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
select g.id, $2::text, $3::text, $4::text, $5::jsonb, true from plugin g where g.code = $1::text
on conflict (plugin_id, version) do nothing;
