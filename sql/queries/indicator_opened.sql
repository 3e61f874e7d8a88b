-- Keeps in the journal that the person opens the exact values of an indicator that rests on sensitive
-- counts, or did in another version, once an hour.
-- $1 plan bigint   $2 code
insert into journal (person_id, request_id, plan_id, act, object, object_id, number)
select vigie_person(), current_setting('vigie.request', true), $1::bigint, 'read_exact', 'plugin', g.id, g.code
  from plugin g
 where g.code = $2::text
   and exists (select 1 from plugin_version v where v.plugin_id = g.id and indicator_sensitive(v.metadata))
   and not exists (select 1 from journal j
                    where j.object = 'plugin' and j.object_id = g.id and j.act = 'read_exact'
                      and j.plan_id = $1::bigint and j.person_id is not distinct from vigie_person()
                      and j.at > now() - interval '1 hour');
