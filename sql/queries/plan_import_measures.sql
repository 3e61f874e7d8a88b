-- Writes measures, new or changed.
-- $1 plan bigint   $2 jsonb: list of measures
insert into measure as m (plan_id, objective_id, number, title_fr, title_en, origin, basis, flagship, weight, change_reason)
select $1::bigint, o.id, d.number, d.title_fr, d.title_en, coalesce(d.origin, 'illustrative'), d.basis,
       coalesce(d.flagship, false), coalesce(d.weight, 1), d.reason
  from jsonb_to_recordset($2::jsonb) as d (number text, objective text, title_fr text, title_en text, origin text,
       basis text, flagship boolean, weight numeric, reason text)
  join objective o on o.plan_id = $1::bigint and o.number = d.objective
 order by number_key(d.number)
on conflict (plan_id, number) do update set objective_id = excluded.objective_id, title_fr = excluded.title_fr,
       title_en = excluded.title_en, origin = excluded.origin, basis = excluded.basis, flagship = excluded.flagship,
       weight = excluded.weight, change_reason = excluded.change_reason, version = m.version + 1;
