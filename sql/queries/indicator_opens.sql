-- Whether an indicator rests on sensitive counts, whether the person may open its exact values, and whether some of the
-- figures that it rests on were made up.
-- $1 plan bigint   $2 code
-- No row: no indicator has this code, or it was never published.
select indicator_sensitive(v.metadata) as sensitive,
       exists (select 1 from person p where p.id = vigie_person() and p.disabled_at is null)
       and $1::bigint in (select vigie_plans_as('{analyst,coordinator}')) as allowed,
       indicator_fictitious($1::bigint, v.metadata) as fictitious
  from plugin g join plugin_version v on v.plugin_id = g.id and v.active
 where g.code = $2::text and g.kind = 'indicator';
