-- A mapper as it is published, to read a file with.
-- $1 mapper code
-- One row: `known` names those that are published, the rest is null when this is none of them.
select (select string_agg(k.code, ', ' order by k.code)
          from plugin k join plugin_version w on w.plugin_id = k.id and w.active
         where k.kind = 'mapper' and k.state in ('published', 'deprecated')) as known,
       m.id as version_id, m.version, m.source, m.metadata::text as metadata
  from (values (1)) one
  left join (select v.* from plugin g join plugin_version v on v.plugin_id = g.id and v.active
              where g.kind = 'mapper' and g.code = $1 and g.state in ('published', 'deprecated')) m on true;
