-- Which plan a command means, and who gives it.
-- $1 code or null for the only one   $2 login or null
-- Gives the plan's id, how many plans fit, the person's id; always one row.
select min(p.id) as id, count(p.id) as plans, (select x.id from person x where x.login = $2) as person
  from plan p
 where $1::text is null or p.code = $1;
