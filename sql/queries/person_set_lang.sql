-- The language that a person chose.
-- $1 person bigint   $2 fr or en
-- One row: its id.
update person set lang = $2, version = version + 1 where id = $1::bigint returning id;
