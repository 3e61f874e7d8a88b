-- The totals published for the 22 months before.
-- $1 series bigint   $2 plan bigint   $3 last day of the month being published
select ((extract(year from $3::date) - extract(year from t.to_on)) * 12
        + extract(month from $3::date) - extract(month from t.to_on))::integer as back,
       t.months, t.territory, t.organisation_id as organisation, t.dims, t.value, p.rule
  from published_total t join publication p on p.id = t.publication_id
 where t.series_id = $1::bigint and t.plan_id = $2::bigint and t.state <> 'missing'
   and t.to_on < $3::date and t.to_on > $3::date - interval '23 months'
 order by t.id;
