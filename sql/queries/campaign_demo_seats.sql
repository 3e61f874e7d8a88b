-- Invented seats of a plan without a roster: referents of the demonstration where they may answer, vacant ones elsewhere.
-- $1 plan bigint
-- Gives how many seats it added; 0 when there is a roster already.
with places as (
  select array_agg(t.code order by t.code) as codes from territory t where t.level = 'department'
), held as (
  select g.organisation_id, min(g.person_id) as person_id, w.code
    from role_grant g
    join person p on p.id = g.person_id and p.demo
   cross join lateral unnest(g.territories) s (code)
   cross join lateral (select s.code where s.code <> 'FR' union select '06' where s.code = 'FR') w
   where g.plan_id = $1::bigint and g.role = 'contributor' and g.revoked_at is null
   group by g.organisation_id, w.code
), wanted as (
  select 'referent' as kind, h.organisation_id, array[h.code] as territories, h.person_id, null as reason from held h
   join organisation o on o.id = h.organisation_id and o.code in ('DGPN', 'DGGN', 'ALC')
  union all
  select 'referent', o.id, array(select unnest(p.codes) except select h.code from held h where h.organisation_id = o.id order by 1), null, null
    from organisation o, places p where o.code in ('DGPN', 'DGGN')
  union all
  select 'exempt', o.id, '{75,92,93,94}', null, 'Ressort de la préfecture de police' from organisation o where o.code = 'DGGN'
), added as (
  insert into roster (plan_id, kind, organisation_id, territories, person_id, reason, from_on)
  select $1::bigint, w.kind, w.organisation_id, w.territories, w.person_id, w.reason, p.start_on
    from wanted w join plan p on p.id = $1::bigint
   where not exists (select 1 from roster r where r.plan_id = $1::bigint)
     and not exists (select 1 from campaign c where c.plan_id = $1::bigint)
  returning 1
)
select count(*) from added;
