-- Makes an API token.
-- $1 login   $2 hash   $3 its first characters   $4 name   $5 read only boolean   $6 expires at
-- One row: its id.
select token_create($1, $2, $3, $4, $5::boolean, $6::timestamptz) as id;
