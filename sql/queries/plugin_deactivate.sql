-- Ends the active version of a plugin, unless the version to come is there already.
-- $1 code   $2 version to come
update plugin_version v set active = false
  from plugin g
 where g.id = v.plugin_id and g.code = $1::text and v.active
   and not exists (select 1 from plugin_version o where o.plugin_id = g.id and o.version = $2::text);
