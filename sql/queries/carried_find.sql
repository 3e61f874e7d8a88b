-- Whether a plan has this code, and a measure of it this number: where something is carried over to.
-- $1 plan code   $2 measure number
-- Always one row.
select plan, measure from carried_known($1, $2);
