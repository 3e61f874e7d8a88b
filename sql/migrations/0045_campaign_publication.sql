-- A campaign that closes publishes its month, and says since when everybody sees it.
create or replace function campaign_json(c campaign, as_of timestamptz, on_day date, lang text) returns jsonb
language plpgsql stable as $$
begin
  return jsonb_build_object(
    'period', c.period, 'opens_on', c.opens_on, 'due_on', c.due_on, 'closed_at', instant_json(c.closed_at),
    'published_at', (select instant_json(p.published_at) from publication p
                      where p.plan_id = c.plan_id and p.period = c.period and p.published_at <= coalesce($2, 'infinity')),
    'state', case when c.closed_at is not null then 'closed' when c.opens_on > on_day then 'planned'
                  when c.due_on < on_day then 'late' else 'open' end,
    'series', coalesce((select jsonb_agg(jsonb_build_object('id', s.code, 'name', in_lang($4, s.name_fr, s.name_en),
                                         'kinds', e.item -> 'kinds') order by e.n)
                          from jsonb_array_elements(c.expects) with ordinality e (item, n)
                          join series s on s.code = e.item ->> 'series'), '[]'),
    'deployments', c.deployments,
    'units', coalesce((select k.counts from campaign_counts($1, $2, $3) k where k.territory is null and k.organisation_id is null),
                      completeness_json(0, 0, 0, 0, 0, 0, 0, 0, 0)),
    'version', c.version);
end $$;
