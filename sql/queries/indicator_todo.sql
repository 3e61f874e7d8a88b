-- The indicators to refresh for a plan, with their text, and the periods that have values already
-- of the active version, by this engine.  Those whose file is broken, and those whose active version
-- failed three times in this engine, are left out: their last good values stay.
-- $1 plan   $2 engine
select g.id, g.code, v.id as version_id, v.version, v.source, v.metadata::text as metadata,
       (select t.graph::text from plugin_graph t where t.sha256 = v.sha256) as graph, r.day,
       case when f.own then instant_json(r.refreshed_at) end as refreshed_at,
       array_to_string(array(select distinct c.period from indicator_value c
                              where f.own and c.plan_id = $1::bigint and c.plugin_id = g.id and c.version_id = v.id
                                and c.period collate "C" >= r.engine_from), ' ')
         as periods
  from plugin g
  join plugin_version v on v.plugin_id = g.id and v.active
  left join indicator_refresh r on r.plan_id = $1::bigint and r.plugin_id = g.id
 -- did this version and this engine go last, well or badly?
 cross join lateral (select (r.version_id, r.engine) = (v.id, $2::integer)
                            and (r.failed_since is null
                                 or (r.failed_version_id, r.failed_engine) is not distinct from (v.id, $2::integer)) as own) f
 where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
   and g.on_disk is distinct from 'broken'
   and not ((r.failed_version_id, r.failed_engine) is not distinct from (v.id, $2::integer) and r.failures >= 3)
 order by g.code;
