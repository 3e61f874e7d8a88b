-- Makes the calendar's token of the person who asks; the one before no longer counts.
-- $1 hash
-- One row: its id.
select calendar_token_create($1) as id;
