-- Sets the password of whoever asks and ends the other sessions.
-- $1 Argon2id hash
-- One row: the person.
select password_change($1);
