-- Makes a one-time code for a first or a forgotten password.
-- $1 login   $2 hash of the code   $3 seconds that it counts
-- One row: the person.
select code_create($1, $2, $3::int);
