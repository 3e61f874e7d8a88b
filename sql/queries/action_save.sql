-- Changes the description of an action and who carries it, if nobody changed it since.  Who
-- carried it before keeps his dates.
-- $1 action bigint   $2 version bigint   $3 today
-- $4 fields jsonb: title_fr, title_en, weight, start_on, due_on, deliverable_fr, deliverable_en, reason
-- $5 carriers jsonb: {"lead": [codes], "co_lead": […], "partner": […]}, each role absent when it stays
-- No row: the version moved on.
with saved as (
  update action a
     set title_fr = coalesce(f ->> 'title_fr', a.title_fr),
         title_en = case when f ? 'title_en' then f ->> 'title_en' else a.title_en end,
         weight = coalesce((f ->> 'weight')::numeric, a.weight),
         start_on = case when f ? 'start_on' then (f ->> 'start_on')::date else a.start_on end,
         due_on = case when f ? 'due_on' then (f ->> 'due_on')::date else a.due_on end,
         initial_due_on = coalesce(a.initial_due_on, (f ->> 'due_on')::date),
         deliverable_fr = case when f ? 'deliverable_fr' then f ->> 'deliverable_fr' else a.deliverable_fr end,
         deliverable_en = case when f ? 'deliverable_en' then f ->> 'deliverable_en' else a.deliverable_en end,
         change_reason = f ->> 'reason', version = a.version + 1
    from (select $4::jsonb as f) given
   where a.id = $1::bigint and a.version = $2::bigint
  returning a.id, a.plan_id
), wanted as (
  select r.role, o.id as organisation_id
    from jsonb_each($5::jsonb) r (role, codes)
   cross join jsonb_array_elements_text(r.codes) c (code)
    join organisation o on o.code = c.code
), closed as (
  update assignment t
     set until_on = greatest($3::date, t.from_on), version = t.version + 1
    from saved s
   where t.action_id = s.id and t.until_on is null
     and not exists (select 1 from wanted w where w.organisation_id = t.organisation_id and w.role = t.role)
     and ($5::jsonb ? t.role or exists (select 1 from wanted w where w.organisation_id = t.organisation_id))
  returning t.id
), opened as (
  insert into assignment (plan_id, action_id, organisation_id, role, from_on)
  select s.plan_id, s.id, w.organisation_id, w.role, $3::date
    from saved s, wanted w
   where (select count(*) from closed) >= 0	-- first close, then open: one role each, one lead
     and not exists (select 1 from assignment t where t.action_id = s.id and t.until_on is null
                        and t.organisation_id = w.organisation_id and t.role = w.role)
), marked as (
  insert into job (kind, plan_id) select 'refresh', plan_id from saved
)
select id from saved;
