-- One right in force.
-- $1 its id bigint
-- No row: there is none.
select g.person_id, g.role, (grant_json(g)::jsonb || jsonb_build_object('person', p.login))::text as body
  from role_grant g join person p on p.id = g.person_id
 where g.id = $1::bigint and g.revoked_at is null;
