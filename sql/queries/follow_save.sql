-- Follows something for the person who asks, or follows it no more; the same again changes nothing.
-- $1 plan bigint   $2 kind: measure, action, territory   $3 number or code   $4 followed boolean
-- No row: it was so already, or there is no such thing.
insert into follow as f (plan_id, person_id, measure_id, action_id, territory)
select $1::bigint, vigie_person(), w.measure_id, w.action_id, w.territory
  from follow_target($1::bigint, $2, $3, 'fr') w
 where $4::boolean or exists (
   select 1 from follow x where x.plan_id = $1::bigint and x.person_id = vigie_person()
      and x.measure_id is not distinct from w.measure_id and x.action_id is not distinct from w.action_id
      and x.territory is not distinct from w.territory)
on conflict on constraint follow_once do update
   set followed = $4::boolean, from_at = case when $4::boolean then now() else f.from_at end, version = f.version + 1
 where f.followed <> $4::boolean
returning f.id;
