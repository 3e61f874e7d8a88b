-- Adds an immutable version and makes it the active one; does nothing when it is there already.
-- $1 code   $2 version   $3 source   $4 sha256   $5 metadata
insert into plugin_version (plugin_id, version, source, sha256, metadata, active)
select g.id, $2::text, $3::text, $4::text, $5::jsonb, true from plugin g where g.code = $1::text
on conflict (plugin_id, version) do nothing;
