-- What a grant names.
-- $1 login   $2 plan code or null   $3 organisation code or null   $4 territories separated by commas   $5 role
-- Always one row; what does not exist is null.  `territories` as PostgreSQL writes an array, in order and once
-- each; unknown_territory the first that does not exist; same the id of a grant that is equal and in force.
with asked as (
  select (select p.id from person p where p.login = $1) as person_id,
         plan_id_of($2) as plan_id,
         (select o.id from organisation o where o.code = $3) as organisation_id,
         coalesce((select array_agg(distinct t order by t)
                     from unnest(string_to_array(coalesce($4, ''), ',')) t where t <> ''), '{}') as territories
)
select a.person_id, a.plan_id, a.organisation_id, a.territories::text as territories,
       (select t from unnest(a.territories) t where not exists (select 1 from territory where code = t)
         limit 1) as unknown_territory,
       (select g.id from role_grant g
         where g.person_id = a.person_id and g.revoked_at is null and g.role = $5
           and g.plan_id is not distinct from a.plan_id
           and g.organisation_id is not distinct from a.organisation_id
           and g.territories = a.territories
         limit 1) as same
  from asked a;
