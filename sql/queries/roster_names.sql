-- What a seat names.
-- $1 organisation code   $2 login or null
-- Always one row; what does not exist is null.
select (select o.id from organisation o where o.code = $1) as organisation, (select p.id from person p where p.login = $2) as person;
