-- What changed, withdrawn reports included: they are rows of their own, not versions of one.

create function plan_moves(plan bigint, since timestamptz, until timestamptz, lang text)
returns table (at timestamptz, journal_id bigint, place bigint, item json)
language sql stable rows 200 as $$
  select c.at, c.journal_id, c.place, c.item from plan_changes($1, $2, $3, $4) c
  union all
  select w.withdrawn_at, 0, w.report_id, json_build_object(
           'at', instant_json(w.withdrawn_at), 'by', person_json(w.person_id), 'object', 'status_report',
           'number', a.number, 'territory', d.territory,
           'organisation', (select o.code from organisation o where o.id = d.organisation_id),
           'field', 'withdrawn', 'old', instant_json(r.recorded_at), 'new', null, 'reason', w.reason)
    from status_report_withdrawal w
    join status_report r on r.id = w.report_id
    join action a on a.id = r.action_id
    left join action_deployment d on d.id = r.deployment_id
   where w.plan_id = $1 and w.withdrawn_at > $2 and w.withdrawn_at <= $3
$$;
