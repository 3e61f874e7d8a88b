-- Whose one-time code it is.
-- $1 hash of the code
-- No row: it does not count, or no longer.
select person_id, login, name from code_find($1);
