-- What the unit of a report said in the twelve months before it, of the series that are asked.
-- $1 expectation bigint
-- One row: [{"period", "series", "dims", "state", "value"}].
select coalesce(json_agg(json_build_object('period', to_char(f.from_on, 'YYYY-MM'), 'series', s.code, 'dims', f.dims,
                                           'state', o.state, 'value', o.value)), '[]')::text as figures
  from expectation e
  join campaign c on c.id = e.campaign_id
 cross join lateral (select (c.period || '-01')::date as month) m
 cross join lateral (select distinct x ->> 'series' as code from jsonb_array_elements(c.expects) x) x
  join series s on s.code = x.code
  join figure f on f.series_id = s.id and f.plan_key = e.plan_id and f.territory = e.territory
               and f.to_on >= m.month - interval '1 year' and f.to_on < m.month
               and f.organisation_id = e.organisation_id and f.period ~ '^[0-9]{4}-[0-9]{2}$'
 cross join lateral (select o.state, o.value from observation o where o.figure_id = f.id
                      order by o.rank desc, o.vintage desc, o.recorded_at desc, o.id desc limit 1) o
 where e.id = $1::bigint;
