-- Keeps an attempt to sign in, for the count of failures.
-- $1 hex SHA-256 of the login   $2 address   $3 whether it succeeded boolean
-- No rows are returned.
insert into sign_in_attempt (login, address, ok) values ($1, $2, $3::boolean);
