-- Begins a plan.
-- $1 jsonb: every field of the plan   $2 reason or null
-- Gives nothing: who begins it may read it from the next statement on (plan_import_begun).
insert into plan (code, title_fr, title_en, lead_id, start_on, end_on, time_zone, stale_after_days,
                       expected_objectives, expected_measures, expected_actions,
                       origin_note_fr, origin_note_en, sources, change_reason)
select d.code, d.title_fr, d.title_en, (select o.id from organisation o where o.code = d.lead), d.start_on, d.end_on,
       coalesce(d.time_zone, 'Europe/Paris'), coalesce(d.stale_after_days, 45),
       (d.expected->>'objectives')::integer, (d.expected->>'measures')::integer, (d.expected->>'actions')::integer,
       d.origin_note_fr, d.origin_note_en, coalesce(d.sources, '{}'), $2
  from jsonb_to_record($1::jsonb) as d (code text, title_fr text, title_en text, lead text, start_on date, end_on date,
       time_zone text, stale_after_days integer, expected jsonb, origin_note_fr text, origin_note_en text,
       sources text[]);
