-- Which cells of indicators there are to export: each level of each indicator that has values, and of its members.
-- $1 plan: `fictitious` says whether some of the figures that the indicator rests on were made up
select g.code, l.level, d.members, f.fictitious
  from plugin g join plugin_version v on v.plugin_id = g.id and v.active
 cross join lateral (select indicator_fictitious($1::bigint, v.metadata) as fictitious offset 0) f
 cross join jsonb_array_elements_text(v.metadata -> 'levels') l (level)
 cross join lateral (select null::text as members
                     union all select '{}' where jsonb_array_length(indicator_dims(v.metadata, 'fr')::jsonb) > 0) d
 where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined', 'retired')
 order by g.code, position(l.level in 'national region department'), d.members nulls first;
