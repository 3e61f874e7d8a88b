-- The language of the person whose calendar's token the context is.
-- No row: it does not count, or no longer.
select lang from calendar_token_use();
