-- One report, read and kept without going through those of all others.

-- The state of a unit, from why it is exempt and from the state of its report.
create function unit_state(exempt_reason text, state text) returns text
language sql immutable parallel safe as $$
  select case when $1 is not null then 'exempt' else coalesce($2, 'expected') end
$$;
create function unit_late(state text, due_on date, on_day date) returns boolean
language sql immutable parallel safe as $$
  select $1 in ('expected', 'draft') and $2 < $3
$$;

create or replace function campaign_units(c campaign, as_of timestamptz, on_day date)
returns table (expectation_id bigint, territory text, organisation_id bigint, exempt_reason text, state text,
               late boolean, answered boolean, on_time boolean, r report)
language sql stable rows 200 as $$
  select e.id, e.territory, e.organisation_id, e.exempt_reason, x.state, unit_late(x.state, $1.due_on, $3),
         r.answered_at is not null,
         coalesce((r.answered_at at time zone p.time_zone)::date <= $1.due_on, false), r::report
    from expectation_at($1.plan_id, $2) e
    join plan p on p.id = e.plan_id
    left join report_at($1.plan_id, $2) r on r.expectation_id = e.id
   cross join lateral (select unit_state(e.exempt_reason, r.state) as state) x
   where e.campaign_id = $1.id
$$;

-- Who answers for one unit within a span of days, as roster_units() gives it of all.
create function unit_people(plan bigint, organisation bigint, territory text, from_on date, to_on date) returns json
language plpgsql stable as $$
begin
  return (
    select coalesce(json_agg(json_build_object('kind', r.kind, 'person', person_json(r.person_id)) order by r.kind desc, r.id), '[]')
      from roster r
     where r.plan_id = $1 and r.organisation_id = $2 and r.kind <> 'exempt'
       and r.from_on <= $5 and (r.until_on is null or r.until_on >= $4)
       and exists (select 1 from unnest(r.territories) s where territory_within($3, s)));
end $$;

-- The rules to ask of the reports of a campaign: published, of series that it asks, not stopped.
create function campaign_rules(c campaign) returns setof plugin_version
language sql stable rows 2 as $$
  select v.*
    from plugin g
    join plugin_version v on v.plugin_id = g.id and v.active
   where g.kind = 'rule' and g.state in ('published', 'deprecated') and not rule_stopped(v.id)
     and exists (select 1 from jsonb_array_elements($1.expects) x where v.metadata -> 'series' ? (x ->> 'series'))
$$;

-- As before, with a plan that is kept.
create or replace function report_figures(c campaign, expectation bigint, territory text, organisation bigint, kind text, lang text)
returns json language plpgsql stable as $$
#variable_conflict use_column
begin
  return (
    with standing as materialized (
      select f.* from report_standing($2) f
    ), draft as materialized (
      select d.findings from report_draft d where d.expectation_id = $2 and d.body is not null
    ), cells as (
      select coalesce(x.series_id, f.series_id) as series_id, coalesce(x.dims, f.dims) as dims, x.at, f.act, f.answer,
             f.value, f.reason, f.findings, f.confirmed
        from campaign_cells($1, $5) x
        full join standing f on f.series_id = x.series_id and f.dims = x.dims
    ), threads as (
      select f.series_id, f.dims, json_agg(json_build_object('act', f.act, 'answer', f.answer, 'value', f.value,
               'reason', f.reason, 'remark', f.remark, 'confirmed', f.confirmed, 'at', instant_json(f.at),
               'by', person_json(f.person_id)) order by f.id) as acts
        from report_figure f where f.expectation_id = $2
       group by f.series_id, f.dims
    )
    select coalesce(json_agg(json_build_object(
             'series', s.code, 'name', in_lang($6, s.name_fr, s.name_en),
             'unit', in_lang($6, s.unit_fr, s.unit_en), 'note', in_lang($6, s.note_fr, s.note_en), 'whole', s.whole,
             'dims', dims_json(x.dims, '{}'), 'label', dims_label(x.dims, s.dimensions, $6), 'asked', x.at is not null,
             'state', figure_state(x.act), 'answer', x.answer, 'value', x.value, 'reason', x.reason,
             'previous_month', month_said(s.id, ($1).plan_id, $3, $4, (m.month - interval '1 month')::date, x.dims),
             'year_before', month_said(s.id, ($1).plan_id, $3, $4, (m.month - interval '1 year')::date, x.dims),
             'findings', remarks_json(case when exists (select 1 from draft) then (select d.findings from draft d)
                                           else x.findings end, s.code, x.dims, $6),
             'confirmed', x.confirmed,
             'thread', coalesce(h.acts, '[]')) order by x.at, s.position, x.dims), '[]')
      from cells x
     cross join (select (($1).period || '-01')::date as month) m
      join series s on s.id = x.series_id
      left join threads h on h.series_id = x.series_id and h.dims = x.dims);
end $$;
