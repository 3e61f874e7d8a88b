-- The figures of a report that the last act of this transaction was on, as rows of their series.
-- $1 expectation bigint   $2 provisional boolean: until they are accepted   $3 fictitious boolean
-- What is accepted stays as fictitious as it was.
-- A row a figure, those of one series together: its code, its members as text, the row as JSON.
select s.code, f.dims,
       json_strip_nulls(json_build_object(
         'territory', e.territory, 'organisation', o.code, 'period', c.period, 'dims', dims_json(f.dims, '{}'),
         'value', f.value, 'state', f.answer, 'reason', f.reason, 'provisional', $2::boolean,
         'fictitious', case when f.act = 'accepted' then coalesce(w.fictitious, false) else $3::boolean end))::text as row
  from expectation e
  join campaign c on c.id = e.campaign_id
  join organisation o on o.id = e.organisation_id
 cross join lateral report_standing(e.id) f
  join series s on s.id = f.series_id
 left join figure g on g.key = figure_key(s.id, e.plan_id, e.territory, e.organisation_id, (c.period || '-01')::date,
                                          ((c.period || '-01')::date + interval '1 month - 1 day')::date, f.dims)
 left join lateral (select o.fictitious from observation o where o.figure_id = g.id and o.source = '' and o.vintage = ''
                     order by o.recorded_at desc, o.id desc limit 1) w on true
 where e.id = $1::bigint and f.at = now() and f.act <> 'returned'
 order by s.position, f.dims;
