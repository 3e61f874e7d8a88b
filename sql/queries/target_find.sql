-- What a write of a target must know: the indicator, and the target if there is one.
-- $1 plan bigint   $2 code of the indicator   $3 territory
-- No row: no indicator has this code, or it was never published.
select g.id as plugin_id, coalesce(t.id, 0) as id, coalesce(t.version, 0) as version,
       t.withdrawn_at is not null as withdrawn, v.metadata -> 'levels' as levels,
       (select p.archived_at is not null from plan p where p.id = $1::bigint) as archived,
       exists (select from role_grant r where r.plan_id = $1::bigint and r.person_id = vigie_person()
                and r.role = 'coordinator' and r.revoked_at is null) as coordinates
  from plugin g
  join plugin_version v on v.plugin_id = g.id and v.active
  left join target t on t.plan_id = $1::bigint and t.plugin_id = g.id and t.territory = $3::text
 where g.code = $2::text and g.kind = 'indicator';
