-- Opens a blocker.
-- $1 action bigint   $2 fields jsonb: kind, title, description, decision_needed, decision_from,
--   opened_on, territory, organisation (codes)
with added as (
  insert into blocker (plan_id, action_id, territory, organisation_id, kind, title, description, decision_needed,
                       decision_from_id, opened_on, opened_by)
  select a.plan_id, a.id, f.territory, (select id from organisation where code = f.organisation), f.kind, f.title,
         f.description, f.decision_needed, (select id from organisation where code = f.decision_from),
         f.opened_on, vigie_person()
    from action a, jsonb_to_record($2::jsonb) as f (kind text, title text, description text, decision_needed text,
      decision_from text, opened_on date, territory text, organisation text)
   where a.id = $1::bigint
  returning plan_id, id
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from added
)
select id from added;
