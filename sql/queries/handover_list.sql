-- Hand-overs of a plan.
-- $1 plan bigint   $2 list jsonb, see list_document
select list_document(array_agg(instant_json(h.at) order by h.id), array_agg(lpad(h.id::text, 18, '0') order by h.id),
                     array_agg(handover_json(h) order by h.id), $2::jsonb) as body
  from handover h where h.plan_id = $1::bigint;
