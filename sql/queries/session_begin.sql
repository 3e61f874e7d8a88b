-- Begins a session.
-- $1 person bigint   $2 hash of the secret   $3 hash of the session that it replaces, or null
-- $4 idle seconds   $5 seconds at most   $6 address   $7 what the browser calls itself, or null
-- One row: its id.
select session_begin($1::bigint, $2, $3, $4::int, $5::int, $6, $7);
