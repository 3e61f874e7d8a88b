-- An import that is about to be committed, held until the transaction ends.
-- $1 import bigint
-- No row: there is none, it is somebody else's, or it is committed.
select i.plan_id, i.kind, (select s.code from series s where s.id = i.series_id) as series,
       i.content::text as content, i.basis, i.refused,
       i.expires_at < now() as expired,
       coalesce((select p.archived_at is not null from plan p where p.id = i.plan_id), false) as archived
  from import i
 where i.id = $1::bigint and i.committed_at is null
   for update of i;
