-- How long the periods of each indicator are, by its version in force or else its last one.
select distinct on (g.code) g.code, v.metadata ->> 'frequency' as frequency
  from plugin g join plugin_version v on v.plugin_id = g.id
 where g.kind = 'indicator' and v.metadata ->> 'frequency' is not null
 order by g.code, v.active desc, v.id desc;
