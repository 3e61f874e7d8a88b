-- Takes rights of a person away.
-- $1 login   $2 role or null for all   $3 plan code or null for all
-- One row for each that was taken away.
update role_grant g set revoked_at = now()
  from person p
 where p.id = g.person_id and p.login = $1 and g.revoked_at is null
   and ($2::text is null or g.role = $2)
   and ($3::text is null or g.plan_id = plan_id_of($3))
returning g.id;
