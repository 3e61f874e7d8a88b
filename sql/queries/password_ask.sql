-- Keeps that somebody asked for a link to choose a password.
-- $1 hex SHA-256 of the login   $2 address
-- One row: the seconds to wait when too many asked from there; 0 when it was kept.
select password_ask($1, $2);
