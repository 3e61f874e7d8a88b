-- Begins the assignments that a list has and nobody holds yet.
-- $1 plan bigint   $2 jsonb: list of {measure | action, role, organisations, from_on}
insert into assignment (plan_id, measure_id, action_id, organisation_id, role, from_on)
select $1::bigint, m.id, x.id, o.id, d.role, d.from_on
  from jsonb_to_recordset($2::jsonb) as d (measure text, action text, role text, organisations text[], from_on date)
  cross join lateral unnest(d.organisations) with ordinality as u (code, place)
  join organisation o on o.code = u.code
  left join measure m on m.plan_id = $1::bigint and m.number = d.measure
  left join action x on x.plan_id = $1::bigint and x.number = d.action
 where not exists (select 1 from assignment a where a.plan_id = $1::bigint and a.until_on is null
                      and a.organisation_id = o.id and a.role = d.role
                      and (a.measure_id = m.id or a.action_id = x.id))
 order by number_key(coalesce(d.measure, d.action)), d.role, u.place;
