-- Whom a hand-over names.
-- $1 login of who leaves   $2 login of the successor
-- Always one row; who does not exist is null, nor does a successor whose account is disabled.
select (select p.id from person p where p.login = $1) as leaver,
       (select p.id from person p where p.login = $2 and p.disabled_at is null) as successor;
