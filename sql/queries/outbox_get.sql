-- One line of the outbox of a plan, as outbox_list has it.
-- $1 plan bigint   $2 line bigint
-- No row: there is none.
select o.mail_id, m.state, outbox_json(o)::text as body
  from outbox o left join mail m on m.id = o.mail_id where o.plan_id = $1::bigint and o.id = $2::bigint and o.kind <> 'followed';
