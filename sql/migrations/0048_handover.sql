-- Who takes over from whom: a hand-over with its trace, and deputies who act for a seat while it is theirs.

-- One row a hand-over, kept for ever: who left what to whom, from which day, why, and how many seats that were.
create table handover (
  id         bigint generated always as identity primary key,
  plan_id    bigint not null references plan,
  from_id    bigint not null references person,
  to_id      bigint not null references person,
  on_day     date not null,
  reason     text not null constraint handover_reason check (reason ~ '\S' and length(reason) <= 1000),
  seats      integer not null check (seats > 0),
  at         timestamptz not null default now(),
  by_id      bigint references person default vigie_person(),
  request_id text default current_setting('vigie.request', true),
  constraint handover_two_people check (from_id <> to_id)
);
create index on handover (plan_id, id);
create index on handover (from_id);
create index on handover (to_id);
create index on handover (by_id);
alter table handover enable row level security;
alter table handover force row level security;
create policy read on handover for select using ((select vigie_service()) or plan_id in (select vigie_plans()));
create policy hand_over on handover for insert with check (
  vigie_coordinates(plan_id) and at = now() and by_id is not distinct from vigie_person());

/*
 * Where somebody acts for a seat of the roster today: a deputy of the seat's organisation, who answers elsewhere in
 * this plan by a right of his own.  The roster alone gives no right to a stranger, and none outside its dates.
 */
create function vigie_deputed() returns table (plan_id bigint, organisation_id bigint, territory text)
language sql stable security definer set search_path = public, pg_temp rows 10 as $$
  select distinct r.plan_id, r.organisation_id, w.code
    from roster r join plan p on p.id = r.plan_id
   cross join lateral unnest(r.territories) s (code)
   cross join lateral territories_within(s.code) w (code)
   where r.kind = 'deputy' and r.person_id = vigie_person()
     and r.from_on <= (now() at time zone p.time_zone)::date
     and (r.until_on is null or r.until_on >= (now() at time zone p.time_zone)::date)
     and exists (select 1 from role_grant g
                  where g.person_id = r.person_id and g.plan_id = r.plan_id and g.organisation_id = r.organisation_id
                    and g.role = 'contributor' and g.revoked_at is null)
$$;

create or replace function vigie_answers(plan bigint, organisation bigint, territory text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return vigie_service() or exists (
    select 1 from role_grant g
     where g.person_id = vigie_person() and g.revoked_at is null and g.role = 'contributor'
       and g.plan_id = $1 and g.organisation_id = $2
       and exists (select 1 from unnest(g.territories) s where territory_within($3, s)))
    or ($1, $2, $3) in (select d.plan_id, d.organisation_id, d.territory from vigie_deputed() d);
end $$;

create or replace function vigie_scope() returns table (plan_id bigint, organisation_id bigint, territory text)
language sql stable security definer set search_path = public, pg_temp rows 100 as $$
  select g.plan_id, g.organisation_id, w.code
    from role_grant g, unnest(g.territories) s (code), territories_within(s.code) w (code)
   where g.person_id = vigie_person() and g.revoked_at is null and g.role = 'contributor'
  union
  select d.plan_id, d.organisation_id, d.territory from vigie_deputed() d
$$;

create or replace function vigie_may_report(plan bigint, action bigint, territory text, organisation bigint)
returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  person bigint;
begin
  if vigie_service() then
    return true;
  end if;
  person := vigie_person();
  if exists (
    select 1 from role_grant g
     where g.person_id = person and g.revoked_at is null and g.plan_id = $1
       and (g.role = 'coordinator'
            or g.role = 'contributor' and $3 is not null and g.organisation_id = $4
               and exists (select 1 from unnest(g.territories) s where territory_within($3, s))
            or g.role = 'contributor' and $3 is null and 'FR' = any (g.territories)
               and exists (select 1 from assignment a
                            where a.plan_id = $1 and a.action_id = $2 and a.until_on is null
                              and a.organisation_id = g.organisation_id and a.role in ('lead', 'co_lead')))) then
    return true;
  end if;
  return $3 is not null and ($1, $4, $3) in (select d.plan_id, d.organisation_id, d.territory from vigie_deputed() d);
end $$;

-- What a hand-over says now: `missing` are the places of the successor's seats that no right of his covers, which an
-- administrator gives; `blockers`, the open ones that the leaver opened, whose thread the successor picks up.
create function handover_json(h handover) returns json language plpgsql stable as $$
begin
  return json_build_object('id', h.id, 'from', person_json(h.from_id), 'to', person_json(h.to_id), 'on', h.on_day,
    'reason', h.reason, 'seats', h.seats, 'at', instant_json(h.at), 'by', person_json(h.by_id),
    'missing', coalesce((
      select json_agg(json_build_object('territory', x.code, 'organisation', x.organisation) order by x.organisation, x.code)
        from (select distinct s.code, o.code as organisation
                from roster r join organisation o on o.id = r.organisation_id
               cross join lateral unnest(r.territories) s (code)
               where r.plan_id = h.plan_id and r.person_id = h.to_id and r.kind <> 'exempt'
                 and (r.until_on is null or r.until_on >= h.on_day)
                 and not exists (select 1 from role_grant g
                                  where g.person_id = h.to_id and g.plan_id = h.plan_id and g.role = 'contributor'
                                    and g.organisation_id = r.organisation_id and g.revoked_at is null
                                    and exists (select 1 from unnest(g.territories) t where territory_within(s.code, t)))) x), '[]'),
    'blockers', coalesce((
      select json_agg(json_build_object('id', b.id, 'action', a.number, 'title', b.title) order by b.id)
        from blocker b join action a on a.id = b.action_id
       where b.plan_id = h.plan_id and b.opened_by = h.from_id and b.closed_on is null), '[]'));
end $$;
