-- Sends again, on purpose, a message that failed or of which nobody knows.
-- $1 plan bigint   $2 mail bigint
-- No row: it is in another state by now.
with again as (
  update mail m set state = 'queued', due_at = now(), changed_at = now()
   where m.id = $2::bigint and m.state in ('unknown', 'failed')
  returning m.id, m.message_id
), noted as (
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number)
  select vigie_person(), current_setting('vigie.request', true), $1::bigint, 'send_again', 'mail', a.id, a.message_id from again a
)
select id from again;
