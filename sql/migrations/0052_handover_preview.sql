-- What a hand-over would leave to be done, asked before and told after by the same functions.

-- The places of seats of `holders` from that day on that no right of the successor covers: an administrator gives it.
create function handover_missing(plan bigint, holders bigint[], successor bigint, on_day date) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('territory', x.code, 'organisation', x.organisation) order by x.organisation, x.code), '[]')
    from (select distinct s.code, o.code as organisation
            from roster r join organisation o on o.id = r.organisation_id
           cross join lateral unnest(r.territories) s (code)
           where r.plan_id = $1 and r.person_id = any ($2) and r.kind <> 'exempt'
             and (r.until_on is null or r.until_on >= $4)
             and not exists (select 1 from role_grant g
                              where g.person_id = $3 and g.plan_id = $1 and g.role = 'contributor'
                                and g.organisation_id = r.organisation_id and g.revoked_at is null
                                and exists (select 1 from unnest(g.territories) t where territory_within(s.code, t)))) x
$$;

-- The open blockers that somebody opened, whose thread the successor picks up.
create function handover_blockers(plan bigint, leaver bigint) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object('id', b.id, 'action', a.number, 'title', b.title) order by b.id), '[]')
    from blocker b join action a on a.id = b.action_id
   where b.plan_id = $1 and b.opened_by = $2 and b.closed_on is null
$$;

create or replace function handover_json(h handover) returns json language plpgsql stable as $$
begin
  return json_build_object('id', h.id, 'from', person_json(h.from_id), 'to', person_json(h.to_id), 'on', h.on_day,
    'reason', h.reason, 'seats', h.seats, 'at', instant_json(h.at), 'by', person_json(h.by_id),
    'missing', handover_missing(h.plan_id, array[h.to_id], h.to_id, h.on_day),
    'blockers', handover_blockers(h.plan_id, h.from_id));
end $$;
