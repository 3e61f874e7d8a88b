-- The rules to ask of a report.
-- $1 expectation bigint
select g.code, v.id as version_id, v.version, v.source, v.metadata::text as metadata
  from expectation e
  join campaign c on c.id = e.campaign_id
 cross join lateral campaign_rules(c) v
  join plugin g on g.id = v.plugin_id
 where e.id = $1::bigint
 order by g.code;
