-- What moved tells of verifications, of indicators linked with measures and of targets, too.

-- They are few: found by the instant without the fields of everything else.
create index journal_aims on journal (plan_id, at) where object in ('verification', 'measure_indicator', 'target');

-- The version that an act made of a target.
create index target_history_set on target_history (id, set_at, version desc);

/*
 * What was found of actions that were declared done, which indicators tell of which measures and where they are to
 * arrive, as rows of plan_moves.  What began has no `old`, what was withdrawn or taken away no `new`; a verification's
 * `old` is what was found last of the same declaration.  A target's number is the code of its indicator.
 */
create function plan_aims(plan bigint, since timestamptz, until timestamptz)
returns table (at timestamptz, journal_id bigint, place bigint, person_id bigint, object text, number text,
               territory text, organisation text, field text, key text, old jsonb, new jsonb, reason text)
language sql stable rows 20 as $$
  with said as materialized (
    select j.* from journal j
     where j.plan_id = $1 and j.at > $2 and j.at <= $3
       and j.object in ('verification', 'measure_indicator', 'target') and j.act in ('insert', 'update')
  )
  select s.at, s.id, 1::bigint, s.person_id, 'action', s.number, null::text, null::text, 'verified', null::text,
         (select case when w.declared_at = v.declared_at then to_jsonb(w.verified) end from verification w
           where w.action_id = v.action_id and w.id < v.id
           order by w.id desc limit 1),
         to_jsonb(v.verified), s.reason
    from said s join verification v on v.id = s.object_id
   where s.object = 'verification'
  union all
  select s.at, s.id, 1, s.person_id, 'measure', s.number, null, null, 'indicator', null,
         case when not l.linked then to_jsonb(p.code) end, case when l.linked then to_jsonb(p.code) end, s.reason
    from said s join measure_indicator i on i.id = s.object_id join plugin p on p.id = i.plugin_id
   cross join lateral (select (s.after ->> 'linked')::boolean as linked) l
   where s.object = 'measure_indicator'
  union all
  select s.at, s.id, k.place, s.person_id, 'target', split_part(s.number, '/', 1), split_part(s.number, '/', 2), null,
         k.key, null, was.fields -> k.key, now.fields -> k.key, s.reason
    from said s
   cross join lateral ( -- the version that the act made: the journal does not say all of it
      select h.version, case when h.withdrawn_at is null then to_jsonb(h) end as fields
        from target_history h
       where h.id = s.object_id and h.set_at = s.at
       order by h.version desc limit 1) now
    left join lateral (
      select case when h.withdrawn_at is null then to_jsonb(h) end as fields
        from target_history h
       where h.id = s.object_id and h.version < now.version
       order by h.version desc limit 1) was on true
   cross join (values (8, 'value'), (7, 'period'), (6, 'path'), (5, 'steps'), (4, 'baseline'), (3, 'baseline_period'),
                      (2, 'origin'), (1, 'source')) k (place, key)
   where s.object = 'target'
     and case when was.fields is null or now.fields is null then k.key in ('value', 'period')
              else was.fields -> k.key is distinct from now.fields -> k.key end
$$;

-- As in 0064, with the aims.
create or replace function plan_moves(plan bigint, since timestamptz, until timestamptz, lang text)
returns table (at timestamptz, journal_id bigint, place bigint, person_id bigint, object text, number text,
               territory text, organisation text, field text, key text, old jsonb, new jsonb, reason text)
language plpgsql stable rows 200 set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query
    select * from plan_changes($1, $2, $3, $4)
    union all
    select * from plan_aims($1, $2, $3)
    union all
    select w.withdrawn_at, 0, w.report_id, w.person_id, 'status_report', a.number, d.territory,
           (select o.code from organisation o where o.id = d.organisation_id), 'withdrawn', null,
           to_jsonb(instant_json(r.recorded_at)), null, w.reason
      from status_report_withdrawal w
      join status_report r on r.id = w.report_id
      join action a on a.id = r.action_id
      left join action_deployment d on d.id = r.deployment_id
     where w.plan_id = $1 and w.withdrawn_at > $2 and w.withdrawn_at <= $3;
end $$;

-- A target is of an indicator, which nobody follows; otherwise as in 0049.
create or replace function move_keys(journal bigint, object text, number text, territory text) returns text[]
language sql stable as $$
  select case when $2 = 'target' then '{}' else array_remove(array[
    case when $2 in ('measure', 'measure_link') then 'measure/' || $3
         when $2 not in ('plan', 'objective') then 'action/' || $3 end,
    'territory/' || case when $2 = 'blocker'
      then (select b.territory from journal j join blocker b on b.id = j.object_id where j.id = $1) else $4 end], null) end
$$;
