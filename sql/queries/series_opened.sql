-- Keeps in the journal that the person opens the exact figures of a sensitive series, once an hour.
-- $1 series bigint   $2 plan bigint
insert into journal (person_id, request_id, plan_id, act, object, object_id, number)
select vigie_person(), current_setting('vigie.request', true), $2::bigint, 'read_exact', 'series', s.id, s.code
  from series s
 where s.id = $1::bigint
   and not exists (select 1 from journal j
                    where j.object = 'series' and j.object_id = s.id and j.act = 'read_exact'
                      and j.plan_id = $2::bigint and j.person_id is not distinct from vigie_person()
                      and j.at > now() - interval '1 hour');
