-- The plans that the person may read, one page.
-- $1 as_of or null for now   $2 today   $3 lang   $4 list jsonb, see list_document
with every as (
  select p.code, d.body
    from plan p
   cross join lateral plan_document(p.id, $1::timestamptz, $3::text, as_of_day(p.id, $1::timestamptz, $2::date)) d
   where vigie_service() or p.id in (select vigie_plans())
)
select list_document(array_agg(case $4::jsonb ->> 'sort' when 'code' then e.code
                                    when 'title' then fold_text(e.body ->> 'title') else e.body ->> 'start_on' end),
                     array_agg(e.code), array_agg(e.body), $4::jsonb) as body
  from every e;
