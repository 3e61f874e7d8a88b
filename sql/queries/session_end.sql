-- Ends a session of whoever asks.
-- $1 its id bigint, or null for the present one
-- One row: its id, null when there is no such session.
select session_end($1::bigint) as id;
