-- Takes one right away.
-- $1 its id bigint
-- One row when it was in force.
update role_grant set revoked_at = now() where id = $1::bigint and revoked_at is null returning id;
