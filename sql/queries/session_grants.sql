-- What whoever asks may do; territories separated by blanks.
-- No row: nothing.
select g.role, g.plan_id, p.code as plan, g.organisation_id, o.code as organisation,
       array_to_string(g.territories, ' ') as territories, p.time_zone as zone
  from role_grant g
  left join plan p on p.id = g.plan_id
  left join organisation o on o.id = g.organisation_id
 where g.person_id = (select vigie_person()) and g.revoked_at is null
 order by g.id;
