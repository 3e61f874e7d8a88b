-- The plan that a command means: the one of this code, or all that are not archived.
-- $1 code, null: all
select id, code, time_zone from plan
 where case when $1::text is null then archived_at is null else code = $1::text end
 order by code;
