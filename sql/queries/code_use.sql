-- Uses a one-time code up and sets the password.
-- $1 hash of the code   $2 Argon2id hash
-- One row: the person, null when the code no longer counts.
select code_use($1, $2) as id;
