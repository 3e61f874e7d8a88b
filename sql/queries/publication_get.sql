-- One publication as answers show it.
-- $1 id bigint
select publication_json(p)::text as body from publication p where p.id = $1::bigint;
