-- Sets the password of a demonstration account.
-- $1 login   $2 Argon2id hash
-- One row: the person.
select password_give($1, $2);
