-- One account with its rights.
-- $1 login
-- No row: there is none.
select p.id, person_version(p) as version, person_document(p)::text as body from person p where p.login = $1;
