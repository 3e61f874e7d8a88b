-- Whether a measure is there, and may change.
-- $1 plan bigint   $2 number
-- Gives version, and archived: nothing of its plan may change any more.  No row: no such measure.
select m.version, p.archived_at is not null as archived
  from measure m join plan p on p.id = m.plan_id
 where m.plan_id = $1::bigint and m.number = $2::text;
