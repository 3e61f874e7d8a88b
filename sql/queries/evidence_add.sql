-- Adds a link or a file as evidence.
-- $1 action bigint   $2 title   $3 url or null   $4 file name or null   $5 media type or null
-- $6 bytes or null   $7 sha256 or null
insert into evidence (plan_id, action_id, title, url, file_name, media_type, bytes, sha256, added_by)
select a.plan_id, a.id, $2, $3, $4, $5, $6::bytea, $7, vigie_person()
  from action a
 where a.id = $1::bigint
returning id;
