-- Who is asking, by the session or token of the context; prolongs a session.
-- $1 idle seconds   $2 seconds between two prolongations
-- No row: it does not count, or no longer.  session_id 0: a token.
select session_id, person_id, login, name, lang, read_only, valid_s from session_use($1::int, $2::int);
