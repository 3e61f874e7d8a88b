-- Writes actions, new or changed; what was declared of them is left alone, and the first due date stays.
-- $1 plan bigint   $2 jsonb: list of actions
insert into action as a (plan_id, measure_id, number, title_fr, title_en, origin, level, weight,
                         deliverable_fr, deliverable_en, start_on, initial_due_on, due_on, change_reason)
select $1::bigint, m.id, d.number, d.title_fr, d.title_en, coalesce(d.origin, 'illustrative'), d.level,
       coalesce(d.weight, 1), d.deliverable_fr, d.deliverable_en, d.start_on,
       coalesce(d.initial_due_on, d.due_on), d.due_on, d.reason
  from jsonb_to_recordset($2::jsonb) as d (number text, measure text, title_fr text, title_en text, origin text,
       level text, weight numeric, deliverable_fr text, deliverable_en text, start_on date, initial_due_on date,
       due_on date, reason text)
  join measure m on m.plan_id = $1::bigint and m.number = d.measure
 order by number_key(d.number)
on conflict (plan_id, number) do update set measure_id = excluded.measure_id, title_fr = excluded.title_fr,
       title_en = excluded.title_en, origin = excluded.origin, level = excluded.level, weight = excluded.weight,
       deliverable_fr = excluded.deliverable_fr, deliverable_en = excluded.deliverable_en,
       start_on = excluded.start_on, initial_due_on = coalesce(a.initial_due_on, excluded.initial_due_on),
       due_on = excluded.due_on, change_reason = excluded.change_reason, version = a.version + 1;
