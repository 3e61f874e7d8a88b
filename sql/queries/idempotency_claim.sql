-- Takes an idempotency key for 24 hours, or gives what was answered under it.
-- $1 person bigint   $2 route   $3 key   $4 sha256 of method, address and body
-- Always one row; `fresh` when the caller must do the work.  A parallel
-- duplicate waits here until the first one commits or rolls back.  Each key
-- takes two of the person's own with it that no longer count, so that those
-- who never sign in (tokens) leave nothing behind either.
with gone as (
  delete from idempotency_key k
   using (select o.route, o.key from idempotency_key o
           where o.person_id = $1::bigint and o.created_at < now() - interval '24 hours' and (o.route, o.key) <> ($2, $3)
           order by o.created_at limit 2 for update skip locked) o
   where k.person_id = $1::bigint and k.route = o.route and k.key = o.key
)
insert into idempotency_key as k (person_id, route, key, body_sha256)
values ($1::bigint, $2, $3, $4)
on conflict (person_id, route, key) do update
   set body_sha256 = case when k.created_at < now() - interval '24 hours' then excluded.body_sha256 else k.body_sha256 end,
       status      = case when k.created_at < now() - interval '24 hours' then null else k.status end,
       created_at  = case when k.created_at < now() - interval '24 hours' then now() else k.created_at end
returning k.status is null as fresh, k.body_sha256, k.status, k.etag, k.location, k.body;
