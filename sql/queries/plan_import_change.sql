-- Writes the changed fields of a plan that is there.
-- $1 jsonb: every field of the plan   $2 reason or null
-- Gives its id.
update plan p set
       title_fr = d.title_fr, title_en = d.title_en,
       lead_id = (select o.id from organisation o where o.code = d.lead),
       start_on = d.start_on, end_on = d.end_on, time_zone = d.time_zone, stale_after_days = d.stale_after_days,
       expected_objectives = (d.expected->>'objectives')::integer,
       expected_measures = (d.expected->>'measures')::integer,
       expected_actions = (d.expected->>'actions')::integer,
       origin_note_fr = d.origin_note_fr, origin_note_en = d.origin_note_en, sources = coalesce(d.sources, '{}'),
       change_reason = $2, version = p.version + 1
  from jsonb_to_record($1::jsonb) as d (code text, title_fr text, title_en text, lead text, start_on date, end_on date,
       time_zone text, stale_after_days integer, expected jsonb, origin_note_fr text, origin_note_en text,
       sources text[])
 where p.code = d.code
returning p.id;
