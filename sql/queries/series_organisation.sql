-- The organisation of a code.  No row: there is none.
-- $1 code
select id from organisation where code = $1::text;
