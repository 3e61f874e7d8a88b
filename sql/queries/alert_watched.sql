-- Is there something for an alert to watch?
-- $1 indicator with its major version: plan.on_time@1
-- No row: no such indicator is published with this major version.
select g.id
  from plugin g join plugin_version v on v.plugin_id = g.id and v.active
 where g.code = split_part($1::text, '@', 1) and g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
   and split_part(v.version, '.', 1) = split_part($1::text, '@', 2);
