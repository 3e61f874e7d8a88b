-- The published totals of a series, as the columns of CSV.
-- $1 series bigint   $2 plan bigint   $3 as_of or null for now   $4 filters jsonb, as totals_asked   $5 rows at most
select t.territory, o.code as organisation, to_char(t.to_on, 'YYYY-MM') as period, t.months, t.dims,
       case when t.dims like 'force=%' then substr(t.dims, 7) end as force,
       case t.state when 'suppressed' then 's' else t.value::text end as value, t.state,
       case t.state when 'suppressed' then 'small_count' when 'missing' then 'not_reported' end as reason,
       t.received, t.expected, t.fictitious::text as fictitious, instant_json(b.published_at) as published_at
  from totals_asked($1::bigint, $2::bigint, $3::timestamptz, $4::jsonb) t
  join publication b on b.id = t.publication_id
  left join organisation o on o.id = t.organisation_id
 order by t.to_on, t.id
 limit $5::integer;
