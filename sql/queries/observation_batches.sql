-- The batches of a series that a snapshot had not seen, oldest first, and the snapshot of now.
-- $1 series bigint   $2 plan bigint, null for none   $3 snapshot of the last read, null: nothing was read
-- One row at least; without a batch its `id` is null.  `ahead`: the database was restored from a dump and its
-- transactions count from lower numbers; such a batch comes each time.
select pg_current_snapshot()::text as snapshot, b.id, b.added,
       not pg_visible_in_snapshot(b.xid, pg_current_snapshot()) as ahead
  from (values (1)) one
  left join observation_batch b
    on b.series_id = $1::bigint and b.plan_id is not distinct from $2::bigint
   and ($3::text is null
        or b.xid >= pg_snapshot_xmin($3::text::pg_snapshot)
           and not pg_visible_in_snapshot(b.xid, $3::text::pg_snapshot))
 order by b.id;
