-- The method of an indicator as it is now: what its active version is run with.
-- $1 code
-- No row: no indicator has this code, or it was never published.
select g.code, v.version, v.source, v.metadata::text as metadata,
       (select t.graph::text from plugin_graph t where t.sha256 = v.sha256) as graph
  from plugin g join plugin_version v on v.plugin_id = g.id and v.active
 where g.code = $1 and g.kind = 'indicator';
