-- Which cells of indicators there are to export: each level of each indicator that has values, and of its members.
-- No parameters.
select g.code, l.level, d.members
  from plugin g join plugin_version v on v.plugin_id = g.id and v.active
 cross join jsonb_array_elements_text(v.metadata -> 'levels') l (level)
 cross join lateral (select null::text as members
                     union all select '{}' where jsonb_array_length(indicator_dims(v.metadata, 'fr')::jsonb) > 0) d
 where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined', 'retired')
 order by g.code, position(l.level in 'national region department'), d.members nulls first;
