-- The last migration of the database, and the context as the server's functions see it.
-- No row: the database was never migrated.
select name, sha256, current_setting('vigie.session', true) as session,
       current_setting('vigie.request', true) as request
  from schema_migration
 order by name desc
 limit 1;
