-- The cells of the other indicators, totals alone, as an indicator about them reads them.
-- Of one that rests on sensitive counts those of its protected form: what is told of them may be read by everybody.
-- In byte order of territory, then of period: their reader searches them.
-- $1 plan   $2 code of the indicator that reads   $3 as of, null: now
select distinct on (i.territory collate "C", i.period collate "C", g.code)
       i.territory, i.period, g.code, i.state, 'provisional' = any (i.flags) as provisional, 'carried' = any (i.flags) as carried
  from indicator_value i
  join plugin g on g.id = i.plugin_id and g.code <> $2::text and g.state in ('published', 'deprecated', 'quarantined')
 where i.plan_id = $1::bigint and i.dims = '' and i.audience = case when i.sensitive then 'protected' else 'exact' end
   and i.known_from <= coalesce($3::timestamptz, 'infinity')
 order by i.territory collate "C", i.period collate "C", g.code, i.known_from desc, i.id desc;
