-- One campaign: its counts, also by organisation and by territory.
-- $1 plan bigint   $2 period   $3 as_of or null for now   $4 lang   $5 today
-- No row: the plan has no such campaign.
with c as (
  select * from campaign_at($1::bigint, $3::timestamptz) where period = $2
), k as materialized (
  select k.* from c cross join lateral campaign_counts(c::campaign, $3::timestamptz,
                                         as_of_day($1::bigint, $3::timestamptz, $5::date)) k
)
select c.version,
       (campaign_json(c::campaign, $3::timestamptz, as_of_day($1::bigint, $3::timestamptz, $5::date), $4)
        || jsonb_build_object(
             'by_organisation', coalesce((select jsonb_agg(jsonb_build_object('organisation',
                                                   organisation_json(k.organisation_id, $4, $3::timestamptz), 'kind', o.kind, 'units', k.counts)
                                                 order by o.code)
                                            from k join organisation o on o.id = k.organisation_id), '[]'),
             'by_territory', coalesce((select jsonb_agg(jsonb_build_object('territory', k.territory,
                                                'name', in_lang($4, t.name_fr, t.name_en), 'units', k.counts)
                                              order by k.territory)
                                         from k join territory t on t.code = k.territory), '[]')))::text as body
  from c;
