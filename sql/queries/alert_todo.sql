-- The alerts of a plan whose indicator was computed, or failed, since they were last judged, with its
-- cells by territory, oldest first.  Of an indicator that rests on sensitive counts the protected
-- ones: an alert tells no more than is shown.  `broken`: nothing can be told of it now.
-- $1 plan
select g.id, g.code, v.id as version_id, v.metadata::text as metadata,
       w.gone or r.failed_since is not null or i.on_disk is not distinct from 'broken' as broken,
       (select coalesce(json_agg(json_build_object('level', c.level, 'territory', c.territory, 'period', c.period,
                                                   'value', c.value) order by c.territory collate "C", c.period), '[]')
          from (select distinct on (x.territory, x.period) x.level, x.territory, x.period, x.value
                  from indicator_value x
                  join plugin_version o on o.id = x.version_id and split_part(o.version, '.', 1) = w.major
                 where x.plan_id = $1::bigint and x.plugin_id = i.id and x.dims = ''
                   and x.audience = w.audience
                   and v.metadata -> 'levels' ? x.level
                 order by x.territory, x.period, x.known_from desc, x.id desc) c)::text as cells
  from plugin g
  join plugin_version v on v.plugin_id = g.id and v.active
  left join plugin i on i.code = split_part(v.metadata ->> 'on', '@', 1) and i.kind = 'indicator'
  left join plugin_version iv on iv.plugin_id = i.id and iv.active
 cross join lateral (select split_part(v.metadata ->> 'on', '@', 2) as major,
                            case when indicator_sensitive(iv.metadata) then 'protected' else 'exact' end as audience,
                            iv.id is null or i.state = 'retired'
                            or split_part(iv.version, '.', 1) <> split_part(v.metadata ->> 'on', '@', 2) as gone
                     offset 0) w -- asked once, not for each cell
  left join indicator_refresh r on r.plan_id = $1::bigint and r.plugin_id = i.id
  left join indicator_refresh a on a.plan_id = $1::bigint and a.plugin_id = g.id
 where g.kind = 'alert' and g.state in ('published', 'deprecated')
   and (a.version_id is distinct from v.id or r.refreshed_at > a.refreshed_at or r.failed_since > a.refreshed_at
        or iv.published_at > a.refreshed_at)
 order by g.code;
