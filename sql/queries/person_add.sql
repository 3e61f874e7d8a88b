-- Makes an account.
-- $1 login   $2 name   $3 lang   $4 demo boolean
-- One row: its id.
insert into person (login, name, lang, demo) values ($1, $2, $3, $4::boolean) returning id;
