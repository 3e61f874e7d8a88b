-- Revokes the calendar's token of the person who asks.
-- One row: its id, null when there was none.
select calendar_token_revoke() as id;
