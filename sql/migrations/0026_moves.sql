-- What changed, found without being written out: an answer shows ten changes of ten thousand.

-- All but fields that changed are few among the journal's rows.
create index journal_rare on journal (plan_id, at) where act <> 'update' or object = 'assignment';

drop function plan_moves(bigint, timestamptz, timestamptz, text);
drop function plan_changes(bigint, timestamptz, timestamptz, text);

create function change_object(object text) returns text
language sql immutable parallel safe as $$
  select case $1 when 'action_deployment' then 'deployment' when 'budget_line' then 'budget' else $1 end
$$;

/*
 * What changed after `since` up to `until`, one row a field, from the journal.
 * What only the machine keeps is left out.  The first load of a plan is one
 * change, a change of lead is one, and so are the deployments of an action
 * that came together.  `key` is the field as the journal knows it, where `old`
 * and `new` may hold ids; move_json writes a row out.
 */
create function plan_changes(plan bigint, since timestamptz, until timestamptz, lang text)
returns table (at timestamptz, journal_id bigint, place bigint, person_id bigint, object text, number text,
               territory text, organisation text, field text, key text, old jsonb, new jsonb, reason text)
language sql stable rows 200 as $$
  with rare as materialized (
    select j.*, change_object(j.object) as name
      from journal j
     where j.plan_id = $1 and j.at > $2 and j.at <= $3 and (j.act <> 'update' or j.object = 'assignment')
       and j.act in ('insert', 'update', 'withdraw')
       and j.object in ('plan', 'objective', 'measure', 'action', 'action_deployment', 'assignment', 'milestone',
                        'blocker', 'evidence', 'budget_line', 'measure_link', 'status_report')
  ), loaded as materialized (
    select r.at from rare r where r.object = 'plan' and r.act = 'insert'
  ), born as materialized (
    select r.at, r.object, r.object_id from rare r where r.act = 'insert' and r.object in ('measure', 'action')
  )
  -- a field that changed
  select j.at, j.id, k.place, j.person_id, change_object(j.object), split_part(j.number, '/', 1),
         nullif(split_part(j.number, '/', 2), ''), nullif(split_part(j.number, '/', 3), ''),
         case when k.key = 'decision_from_id' then 'decision_from' when k.key = 'lead_id' then 'lead'
              when k.key in ('measure_id', 'objective_id', 'organisation_id') then left(k.key, -3) else k.key end,
         k.key, j.before -> k.key, j.after -> k.key, j.reason
    from journal j
   cross join lateral (
      select x.key, row_number() over (order by x.key) as place
        from jsonb_object_keys(j.before || j.after) x (key)
       where x.key not in ('reported_at', 'reported_by', 'opened_by', 'added_by', 'closed_reason', 'sha256', 'id')) k
   where j.plan_id = $1 and j.at > $2 and j.at <= $3 and j.act = 'update'
     and j.object in ('plan', 'objective', 'measure', 'action', 'action_deployment', 'milestone', 'blocker', 'evidence',
                      'budget_line', 'measure_link', 'status_report')
  union all
  -- something new
  select r.at, r.id, 1, r.person_id, r.name, r.number, null, null, 'title', null, null,
         to_jsonb(in_lang($4, coalesce(r.after ->> 'title_fr', r.after ->> 'title'), r.after ->> 'title_en')), r.reason
    from rare r
   where r.act = 'insert' and r.object in ('plan', 'objective', 'measure', 'action', 'milestone', 'blocker', 'evidence')
     and (r.object = 'plan' or r.at not in (select l.at from loaded l))
  union all
  select r.at, r.id, row_number() over (partition by r.id order by k.key), r.person_id, r.name, r.number, null, null,
         k.key, k.key, null, r.after -> k.key, r.reason
    from rare r cross join (values ('planned'), ('committed'), ('spent')) k (key)
   where r.act = 'insert' and r.object = 'budget_line' and r.after ? k.key
     and r.at not in (select l.at from loaded l)
  union all
  -- deployments that came together
  select d.at, d.id, 1, d.person_id, 'action', d.number, null, null, 'deployments', null, null, to_jsonb(d.n), null
    from (select r.at, max(r.id) as id, min(r.person_id) as person_id, split_part(r.number, '/', 1) as number,
                 count(*) as n
            from rare r
           where r.object = 'action_deployment' and r.act = 'insert'
           group by r.at, split_part(r.number, '/', 1)) d
   where d.at not in (select l.at from loaded l)
  union all
  -- who carries it: what ended and what began at once is one change
  select s.at, max(s.id), s.place, min(s.person_id), s.name, s.number, null, null, s.role, null,
         to_jsonb(max(s.organisation) filter (where s.ended)), to_jsonb(max(s.organisation) filter (where not s.ended)),
         (select max(j.reason) from journal j
           where j.plan_id = $1 and j.at = s.at and j.object = s.name and j.number = s.number
             and j.act in ('insert', 'update', 'withdraw'))
    from (select r.at, r.id, r.person_id, r.number, a.role, o.code as organisation, r.act = 'update' as ended,
                 case when a.measure_id is null then 'action' else 'measure' end as name,
                 row_number() over (partition by r.at, a.measure_id, a.action_id, a.role, r.act order by r.id) as place
            from rare r join assignment a on a.id = r.object_id join organisation o on o.id = a.organisation_id
           where r.object = 'assignment' and (r.act = 'insert' or r.after ? 'until_on')
             and not exists (select 1 from born b where b.at = r.at
                              and (b.object = 'measure' and b.object_id = a.measure_id
                                   or b.object = 'action' and b.object_id = a.action_id))) s
   group by s.at, s.name, s.number, s.role, s.place
  union all
  select r.at, r.id, 1, r.person_id, r.name, split_part(r.number, '/', 1), nullif(split_part(r.number, '/', 2), ''),
         nullif(split_part(r.number, '/', 3), ''), 'withdrawn', null, r.before, r.after, r.reason
    from rare r where r.act = 'withdraw'
$$;

-- What changed, withdrawn reports included: they are rows of their own, not versions of one.
create function plan_moves(plan bigint, since timestamptz, until timestamptz, lang text)
returns table (at timestamptz, journal_id bigint, place bigint, person_id bigint, object text, number text,
               territory text, organisation text, field text, key text, old jsonb, new jsonb, reason text)
language sql stable rows 200 as $$
  select * from plan_changes($1, $2, $3, $4)
  union all
  select w.withdrawn_at, 0, w.report_id, w.person_id, 'status_report', a.number, d.territory,
         (select o.code from organisation o where o.id = d.organisation_id), 'withdrawn', null,
         to_jsonb(instant_json(r.recorded_at)), null, w.reason
    from status_report_withdrawal w
    join status_report r on r.id = w.report_id
    join action a on a.id = r.action_id
    left join action_deployment d on d.id = r.deployment_id
   where w.plan_id = $1 and w.withdrawn_at > $2 and w.withdrawn_at <= $3
$$;

-- One change as answers show it: ids as codes and numbers.
create function move_json(at timestamptz, person bigint, object text, number text, territory text, organisation text,
                          field text, key text, old jsonb, new jsonb, reason text) returns json
language plpgsql stable as $$
begin
  return json_build_object(
    'at', instant_json(at), 'by', person_json(person), 'object', object, 'number', number, 'territory', territory,
    'organisation', organisation, 'field', field, 'old', change_value(key, old), 'new', change_value(key, new),
    'reason', reason);
end $$;
