-- The dimensions that the values of an indicator have beside their total, with their members.
-- $1 code   $2 language
-- No row: no indicator has this code.
select indicator_dims(v.metadata, $2::text)::text as dims
  from plugin g join plugin_version v on v.plugin_id = g.id and v.active
 where g.code = $1::text and g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined', 'retired');
