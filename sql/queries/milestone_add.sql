-- Adds a milestone to an action.
-- $1 action bigint   $2 fields jsonb: title_fr, title_en, due_on, done_on
insert into milestone (plan_id, action_id, title_fr, title_en, initial_due_on, due_on, done_on)
select a.plan_id, a.id, f.title_fr, f.title_en, f.due_on, f.due_on, f.done_on
  from action a, jsonb_to_record($2::jsonb) as f (title_fr text, title_en text, due_on date, done_on date)
 where a.id = $1::bigint
returning id;
