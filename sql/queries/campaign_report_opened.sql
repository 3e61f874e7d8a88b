-- Keeps in the journal that somebody beyond the unit reads its exact figures, once an hour.
-- $1 plan bigint   $2 period   $3 territory   $4 organisation code
insert into journal (person_id, request_id, plan_id, act, object, object_id, number)
select vigie_person(), current_setting('vigie.request', true), c.plan_id, 'read_exact', 'report', e.id,
       c.period || '/' || e.territory || '/' || o.code
  from campaign c
  join expectation e on e.campaign_id = c.id and e.territory = $3
  join organisation o on o.id = e.organisation_id and o.code = $4
 where c.plan_id = $1::bigint and c.period = $2
   and not exists (select 1 from journal j
                    where j.object = 'report' and j.object_id = e.id and j.act = 'read_exact'
                      and j.person_id is not distinct from vigie_person() and j.at > now() - interval '1 hour');
