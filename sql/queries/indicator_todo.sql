-- The indicators to refresh for a plan, with their text, and the periods that have values already
-- of the active version.  Those whose file is broken, and those whose active version failed three
-- times, are left out: their last good values stay.
-- $1 plan
select g.id, g.code, v.id as version_id, v.version, v.source, v.metadata::text as metadata,
       (select t.graph::text from plugin_graph t where t.sha256 = v.sha256) as graph, r.day,
       case when r.version_id = v.id then instant_json(r.refreshed_at) end as refreshed_at,
       case when r.failed_version_id = v.id then r.failures else 0 end as failures,
       array_to_string(array(select distinct c.period from indicator_value c
                              where c.plan_id = $1::bigint and c.plugin_id = g.id and c.version_id = v.id), ' ')
         as periods
  from plugin g
  join plugin_version v on v.plugin_id = g.id and v.active
  left join indicator_refresh r on r.plan_id = $1::bigint and r.plugin_id = g.id
 where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
   and g.on_disk is distinct from 'broken'
   and not (r.failed_version_id is not distinct from v.id and r.failures >= 3)
 order by g.code;
