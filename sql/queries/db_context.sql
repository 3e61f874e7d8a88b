-- Sets whose call this is, until the transaction ends: row-level security and the journal read it.
-- $1 session or token hash, "service", "service:LOGIN" or "" for nobody   $2 request id or ""
select set_config('vigie.session', $1::text, true), set_config('vigie.request', $2::text, true);
