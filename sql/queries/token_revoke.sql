-- Revokes an API token.
-- $1 its id bigint
-- One row: whose it was, null when there is no such token.
select token_revoke($1::bigint) as id;
