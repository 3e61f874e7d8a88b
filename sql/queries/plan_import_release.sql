-- Ends the assignments that a list no longer has.  A role that is not in the list is left alone.
-- $1 plan bigint   $2 jsonb: list of {measure | action, role, organisations}   $3 today
with wanted as materialized (
  select m.id as measure_id, x.id as action_id, d.role, d.organisations
    from jsonb_to_recordset($2::jsonb) as d (measure text, action text, role text, organisations text[])
    left join measure m on m.plan_id = $1::bigint and m.number = d.measure
    left join action x on x.plan_id = $1::bigint and x.number = d.action
)
update assignment a set until_on = greatest($3::date, a.from_on), version = a.version + 1
  from wanted w, organisation o
 where a.plan_id = $1::bigint and a.until_on is null and a.role = w.role
   and (a.measure_id = w.measure_id or a.action_id = w.action_id)
   and o.id = a.organisation_id and o.code <> all (w.organisations);
