-- The version of a plan about to be changed.
-- $1 plan bigint
-- Gives version, and archived: nothing of it may change any more.
select p.version, p.archived_at is not null as archived from plan p where p.id = $1::bigint;
