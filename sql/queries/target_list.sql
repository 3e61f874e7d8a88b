-- The targets of an indicator, one a territory, one page; withdrawn ones are left out.
-- $1 plan bigint   $2 code of the indicator   $3 as of, null: now   $4 filters jsonb: territory   $5 list jsonb
-- No row: no indicator has this code.
select list_document(array_agg(case $5::jsonb ->> 'sort' when 'period' then t.period else t.territory end)
                       filter (where t.id is not null),
                     array_agg(t.territory) filter (where t.id is not null),
                     array_agg(target_json(t, $3::timestamptz)::json) filter (where t.id is not null), $5::jsonb) as body
  from plugin g
  left join target_at($1::bigint, $3::timestamptz) t
    on t.plugin_id = g.id and t.withdrawn_at is null
   and ($4::jsonb ->> 'territory' is null or t.territory = $4::jsonb ->> 'territory')
 where g.code = $2::text and g.kind = 'indicator'
 group by g.id;
