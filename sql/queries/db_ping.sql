-- Asks for an answer, to know that the database is there.
select 1;
