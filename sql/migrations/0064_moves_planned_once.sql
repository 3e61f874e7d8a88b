/*
 * What moved is planned once for a connection: where a journal is long the plan for one span of time looked the cheaper,
 * so that each asking made another and planning took more than the search.  Any span is found in the same indexes.  As in
 * 0026 otherwise.
 */
create or replace function plan_moves(plan bigint, since timestamptz, until timestamptz, lang text)
returns table (at timestamptz, journal_id bigint, place bigint, person_id bigint, object text, number text,
               territory text, organisation text, field text, key text, old jsonb, new jsonb, reason text)
language plpgsql stable rows 200 set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query
    select * from plan_changes($1, $2, $3, $4)
    union all
    select w.withdrawn_at, 0, w.report_id, w.person_id, 'status_report', a.number, d.territory,
           (select o.code from organisation o where o.id = d.organisation_id), 'withdrawn', null,
           to_jsonb(instant_json(r.recorded_at)), null, w.reason
      from status_report_withdrawal w
      join status_report r on r.id = w.report_id
      join action a on a.id = r.action_id
      left join action_deployment d on d.id = r.deployment_id
     where w.plan_id = $1 and w.withdrawn_at > $2 and w.withdrawn_at <= $3;
end $$;
