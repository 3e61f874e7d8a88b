-- Measures of a plan, one page.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang
-- $5 filters jsonb, each absent or text: objective lead without (lead, indicator, cost)
-- $6 list jsonb, see list_document
with q as materialized (
  select as_of_day($1::bigint, $2::timestamptz, $3::date) as on_day
), every as (
  select m.*
    from q cross join lateral plan_measures($1::bigint, $2::timestamptz, $4::text, q.on_day) m
   where ($5::jsonb ->> 'objective' is null or m.item ->> 'objective' = $5::jsonb ->> 'objective')
     and ($5::jsonb ->> 'lead' is null or m.item -> 'lead' ->> 'code' = $5::jsonb ->> 'lead')
     and case $5::jsonb ->> 'without'
           when 'lead' then m.item -> 'lead' ->> 'code' is null
           when 'indicator' then not exists (select 1 from measure_indicator_at($1::bigint, $2::timestamptz) i
                                              where i.measure_id = m.id and i.linked)
           when 'cost' then not exists (select 1 from action_at($1::bigint, $2::timestamptz) a
                                         where a.measure_id = m.id and action_costed(a.id, $2::timestamptz))
           else true end
)
select list_document(array_agg(coalesce(case $6::jsonb ->> 'sort'
                       when 'title' then fold_text(m.item ->> 'title')
                       when 'objective' then number_key(m.item ->> 'objective')
                       when 'lead' then m.item -> 'lead' ->> 'code'
                       when 'progress' then to_char(m.progress, 'FM000.000000')
                       else m.sort_key end,
                       case when ($6::jsonb ->> 'descending')::boolean then '' else '~' end)),
                     array_agg(m.sort_key), array_agg(m.item), $6::jsonb) as body
  from every m;
