-- What reads searched for among all that was ever said: indexes in the order in which it is asked for.

-- Reports: those of an action and of its deployments by page, and the last of the action or of one deployment.
create index status_report_page on status_report (action_id, recorded_at desc, id desc) include (plan_id, deployment_id);
create index status_report_own on status_report (action_id, recorded_at desc, id desc) where deployment_id is null;
create index status_report_deployed on status_report (deployment_id, recorded_at desc, id desc);
drop index status_report_action_id_recorded_at_idx;
drop index status_report_deployment_id_recorded_at_idx;

-- The progress declared of an action (deployment null) or of a deployment by an instant: of the last report that stands.
create or replace function progress_said(action bigint, deployment bigint, at timestamptz) returns smallint
language plpgsql stable as $$
begin
  if $2 is null then
    return (
      select r.progress from status_report r
       where r.action_id = $1 and r.deployment_id is null and r.recorded_at <= $3
         and not exists (select 1 from status_report_withdrawal w where w.report_id = r.id)
       order by r.recorded_at desc, r.id desc limit 1);
  end if;
  return (
    select r.progress from status_report r
     where r.action_id = $1 and r.deployment_id = $2 and r.recorded_at <= $3
       and not exists (select 1 from status_report_withdrawal w where w.report_id = r.id)
     order by r.recorded_at desc, r.id desc limit 1);
end $$;

-- What a target was before the version that is shown.
create index target_history_version on target_history (id, version desc);

-- Fields that changed, by the instant alone: of the objects that plan_changes tells of.
create index journal_fields on journal (plan_id, at)
 where act = 'update' and object in ('plan', 'objective', 'measure', 'action', 'action_deployment', 'milestone', 'blocker', 'evidence',
                                     'budget_line', 'measure_link', 'status_report');

/*
 * What changed after `since` up to `until`, one row a field, from the journal.
 * What only the machine keeps is left out.  The first load of a plan is one
 * change, a change of lead is one, and so are the deployments of an action
 * that came together.  `key` is the field as the journal knows it, where `old`
 * and `new` may hold ids; move_json writes a row out.
 */
create or replace function plan_changes(plan bigint, since timestamptz, until timestamptz, lang text)
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
             and r.at not in (select l.at from loaded l)
             and not exists (select 1 from born b where b.at = r.at
                              and (b.object = 'measure' and b.object_id = a.measure_id
                                   or b.object = 'action' and b.object_id = a.action_id))) s
   group by s.at, s.name, s.number, s.role, s.place
  union all
  select r.at, r.id, 1, r.person_id, r.name, split_part(r.number, '/', 1), nullif(split_part(r.number, '/', 2), ''),
         nullif(split_part(r.number, '/', 3), ''), 'withdrawn', null, r.before, r.after, r.reason
    from rare r where r.act = 'withdraw'
$$;

/*
 * The figures of a series (plan null: of a series without plan) that answer a
 * question: `asked` has, each absent or text, territory (itself or what lies within), level,
 * organisation, from and to (days; a figure belongs where it ends), vintage.
 */
create or replace function figures_asked(series bigint, plan bigint, as_of timestamptz, asked jsonb) returns setof figure
language sql stable as $$
  select f.* from figure f
   where f.series_id = $1 and f.plan_key = case when $2 is null then 0 else $2 end -- row-level security lets no coalesce() of a column lead an index
     and ($3 is null or f.known_from <= $3)
     and f.to_on >= coalesce(($4 ->> 'from')::date, '-infinity')
     and f.to_on <= coalesce(($4 ->> 'to')::date, 'infinity')
     and ($4 ->> 'territory' is null or f.territory in (select territories_within($4 ->> 'territory')))
     and ($4 ->> 'level' is null or f.territory in (select t.code from territory t where t.level = $4 ->> 'level'))
     and ($4 ->> 'organisation' is null
          or f.organisation_id = (select o.id from organisation o where o.code = $4 ->> 'organisation'))
     and ($4 ->> 'vintage' is null or $4 ->> 'vintage' = 'all' or f.sensitive
          or exists (select 1 from observation o where o.figure_id = f.id and o.vintage = $4 ->> 'vintage'
                        and ($3 is null or o.recorded_at <= $3)))
$$;
