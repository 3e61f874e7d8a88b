-- Hands over the seats of one person to another from a day on: those that began before end the day before and go on
-- with the successor; those that begin later are the successor's.  Drafts belong to the units and go with them.
-- $1 plan bigint   $2 from person bigint   $3 to person bigint   $4 day   $5 reason
-- No row: nothing is held from that day on.
with held as materialized (
  select r.* from roster r
   where r.plan_id = $1::bigint and r.person_id = $2::bigint and r.kind <> 'exempt'
     and (r.until_on is null or r.until_on >= $4::date)
), ended as (
  update roster r set until_on = $4::date - 1, version = r.version + 1
    from held h where r.id = h.id and h.from_on < $4::date
  returning 1
), given as (
  update roster r set person_id = $3::bigint, version = r.version + 1
    from held h where r.id = h.id and h.from_on >= $4::date
  returning 1
), added as (
  insert into roster (plan_id, kind, organisation_id, territories, person_id, reason, from_on, until_on)
  select h.plan_id, h.kind, h.organisation_id, h.territories, $3::bigint, h.reason, $4::date, h.until_on
    from held h where h.from_on < $4::date
  returning 1
), kept as (
  insert into handover (plan_id, from_id, to_id, on_day, reason, seats)
  select $1::bigint, $2::bigint, $3::bigint, $4::date, $5, count(*)::integer from held having count(*) > 0
  returning id, seats
), noted as (
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number, after, reason)
  select vigie_person(), current_setting('vigie.request', true), $1::bigint, 'insert', 'handover', k.id,
         (select p.login from person p where p.id = $2::bigint),
         jsonb_build_object('to', (select p.login from person p where p.id = $3::bigint), 'on', $4::date, 'seats', k.seats), $5
    from kept k
)
select id from kept;
