-- Whether the person who asks follows something of a plan.
-- $1 plan bigint   $2 kind: measure, action, territory   $3 number or code   $4 lang
-- No row: there is no such thing.
select json_build_object('kind', $2::text, 'code', $3::text, 'title', w.title, 'followed', coalesce(f.followed, false),
                         'from_at', case when f.followed then instant_json(f.from_at) end)::text as body
  from follow_target($1::bigint, $2, $3, $4) w
  left join follow f on f.plan_id = $1::bigint and f.person_id = vigie_person() and f.measure_id is not distinct from w.measure_id
                    and f.action_id is not distinct from w.action_id and f.territory is not distinct from w.territory;
