-- The plan that was just begun.
-- $1 code
-- One row: its id.
select id from plan where code = $1;
