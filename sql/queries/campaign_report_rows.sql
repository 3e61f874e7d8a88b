-- The figures of a report that the last act of this transaction was on, as rows of their series.
-- $1 expectation bigint   $2 provisional boolean: until they are accepted
-- A row a figure, those of one series together: its code, its members as text, the row as JSON.
select s.code, f.dims,
       json_strip_nulls(json_build_object(
         'territory', e.territory, 'organisation', o.code, 'period', c.period, 'dims', dims_json(f.dims, '{}'),
         'value', f.value, 'state', f.answer, 'reason', f.reason, 'provisional', $2::boolean))::text as row
  from expectation e
  join campaign c on c.id = e.campaign_id
  join organisation o on o.id = e.organisation_id
 cross join lateral report_standing(e.id) f
  join series s on s.id = f.series_id
 where e.id = $1::bigint and f.at = now() and f.act <> 'returned'
 order by s.position, f.dims;
