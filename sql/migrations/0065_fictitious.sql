-- What was recorded together says whether some of it was made up; each page of a plan that holds such figures
-- tells, whatever instant it shows: they may be dated before they were made up.

alter table observation_batch add column fictitious boolean not null default false;
create index observation_batch_fictitious on observation_batch (plan_id) where fictitious;

-- Those that there are already.  No policy lets anybody change a batch.
do $$
declare
  context text := coalesce(current_setting('vigie.session', true), '');
begin
  perform set_config('vigie.session', 'service', true);
  alter table observation_batch no force row level security;
  update observation_batch b set fictitious = true
   where exists (select 1 from observation o where o.batch_id = b.id and o.fictitious);
  alter table observation_batch force row level security;
  perform set_config('vigie.session', context, true);
end $$;

create or replace function plan_document(plan bigint, as_of timestamptz, lang text, on_day date)
returns table (version bigint, body json, warnings json)
language sql stable rows 1 as $$
  with objectives as materialized (
    select count(*) as entered, count(*) filter (where o.origin = 'illustrative') as illustrative
      from objective_at($1, $2) o
  ), measures as materialized (
    select count(*) as entered, count(*) filter (where m.origin = 'illustrative') as illustrative
      from measure_at($1, $2) m
  ), actions as materialized (
    select count(*) as entered, count(*) filter (where x.origin = 'illustrative') as illustrative,
           by_status(count(*) filter (where x.status = 'not_started'),
                     count(*) filter (where x.status = 'in_progress'),
                     count(*) filter (where x.status = 'done'), count(*) filter (where x.status = 'on_hold'),
                     count(*) filter (where x.status = 'dropped'),
                     count(*) filter (where x.status = 'carried_over')) as statuses,
           count(*) filter (where x.late) as late, count(*) filter (where x.blocked) as blocked,
           count(*) filter (where x.stale) as stale
      from plan_actions($1, $2, $3, $4) x
  )
  select p.version, json_build_object(
           'code', p.code, 'title', in_lang($3, p.title_fr, p.title_en), 'title_fr', p.title_fr,
           'title_en', p.title_en, 'lead', (select o.code from organisation o where o.id = p.lead_id),
           'start_on', p.start_on, 'end_on', p.end_on, 'time_zone', p.time_zone,
           'stale_after_days', p.stale_after_days,
           'counts', json_build_object(
             'objectives', json_build_object('expected', p.expected_objectives, 'entered', o.entered),
             'measures', json_build_object('expected', p.expected_measures, 'entered', m.entered),
             'actions', json_build_object('expected', p.expected_actions, 'entered', a.entered,
               'by_status', a.statuses, 'late', a.late, 'blocked', a.blocked, 'stale', a.stale)),
           'illustrative', json_build_object('measures', m.illustrative, 'actions', a.illustrative),
           'fictitious', exists (select 1 from observation_batch b where b.plan_id = $1 and b.fictitious),
           'origin_note', in_lang($3, p.origin_note_fr, p.origin_note_en), 'sources', to_json(p.sources),
           'archived_at', instant_json(p.archived_at), 'version', p.version),
         (select coalesce(json_agg(json_build_object('code', 'count_mismatch', 'object', w.object,
                   'entered', w.entered, 'expected', w.expected)), '[]')
            from (values ('objectives', o.entered, p.expected_objectives),
                         ('measures', m.entered, p.expected_measures),
                         ('actions', a.entered, p.expected_actions)) as w (object, entered, expected)
           where w.expected is not null and w.entered <> w.expected)
    from plan_at($1, $2) p, objectives o, measures m, actions a
$$;
