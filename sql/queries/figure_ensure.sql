-- The figures that a batch speaks of, those that are not there yet.
-- $1 series bigint   $2 plan bigint, null for none   $3 rows jsonb, as observation_add
insert into figure (series_id, sensitive, plan_id, territory, organisation_id, period, from_on, to_on, dims, known_from)
select s.id, s.sensitive, $2::bigint, r.territory, o.id, r.period, r.from_on, r.to_on, r.dims,
       coalesce(r.recorded_at, now())
  from series s
 cross join jsonb_to_recordset($3::jsonb) as r (territory text, organisation text, period text, from_on date, to_on date,
                                                dims text, recorded_at timestamptz)
  left join organisation o on o.code = r.organisation
 where s.id = $1::bigint
on conflict do nothing;
