-- How long the periods of each indicator are, by major version: of its version in force where it has one, else of the
-- last one, those of the version in force first.
select g.code, m.major, m.frequency
  from plugin g
 cross join lateral (select distinct on (split_part(v.version, '.', 1))
                            split_part(v.version, '.', 1) as major, v.metadata ->> 'frequency' as frequency, v.active, v.id
                       from plugin_version v
                      where v.plugin_id = g.id and v.metadata ->> 'frequency' is not null
                      order by 1, v.active desc, v.id desc) m
 where g.kind = 'indicator'
 order by g.code, m.active desc, m.id desc;
