-- The texts that are in force.
select g.code, v.source
  from plugin g join plugin_version v on v.plugin_id = g.id and v.active
 where g.state <> 'retired'
 order by g.code;
