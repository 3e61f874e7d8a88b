-- Who reports, by number.
select id, code, kind from organisation order by id;
