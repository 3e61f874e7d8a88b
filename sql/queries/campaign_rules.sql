-- The rules to ask of a report: published, of series that its campaign asks, not stopped.
-- $1 expectation bigint
select g.code, v.id as version_id, v.version, v.source, v.metadata::text as metadata
  from expectation e
  join campaign c on c.id = e.campaign_id
 cross join plugin g
  join plugin_version v on v.plugin_id = g.id and v.active
 where e.id = $1::bigint and g.kind = 'rule' and g.state in ('published', 'deprecated') and not rule_stopped(v.id)
   and exists (select 1 from jsonb_array_elements(c.expects) x where v.metadata -> 'series' ? (x ->> 'series'))
 order by g.code;
