-- The text of the active version.
-- No row: the plugin is not published.
-- $1 code
select v.source from plugin g join plugin_version v on v.plugin_id = g.id and v.active where g.code = $1::text;
