-- What is published of a plugin that comes with the server: how the version of the file compares.
-- No row: the plugin is not known yet.
-- $1 code   $2 version of the file, null when it cannot be read
select g.id, g.kind, g.shipped, g.on_disk,
       (select v.sha256 from plugin_version v where v.plugin_id = g.id and v.version = $2::text) as sha256,
       (select string_to_array(v.version, '.')::integer[] > string_to_array($2::text, '.')::integer[]
          from plugin_version v where v.plugin_id = g.id and v.active) as older
  from plugin g where g.code = $1::text;
