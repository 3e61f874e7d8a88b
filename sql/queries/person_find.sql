-- One account by its login.
-- $1 login
-- No row: there is none.
select id, login, name, lang, demo, disabled_at is not null as disabled, version from person where login = $1;
