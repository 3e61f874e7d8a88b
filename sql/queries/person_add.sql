-- Makes an account.
-- $1 login   $2 name   $3 lang   $4 demo boolean   $5 address that mail goes to, or null
-- One row: its id.
with added as (
  insert into person (login, name, lang, demo) values ($1, $2, $3, $4::boolean) returning id
), kept as (
  insert into mailbox (person_id, address) select id, $5::text from added where $5 is not null
)
select id from added;
