-- What one person must answer, in one answer.

-- The figures of one report: each one asked, with the month before and the same month a year before, what was said of
-- it; figures that were sent and are no longer asked stay.  Their place is the one that refusals name.
create function report_figures(c campaign, expectation bigint, territory text, organisation bigint, kind text, lang text)
returns json language sql stable as $$
  with standing as materialized (
    select f.* from report_standing($2) f
  ), cells as (
    select coalesce(x.series_id, f.series_id) as series_id, coalesce(x.dims, f.dims) as dims, x.at, f.act, f.answer,
           f.value, f.reason
      from campaign_cells($1, $5) x
      full join standing f on f.series_id = x.series_id and f.dims = x.dims
  ), threads as (
    select f.series_id, f.dims, json_agg(json_build_object('act', f.act, 'answer', f.answer, 'value', f.value,
             'reason', f.reason, 'remark', f.remark, 'at', instant_json(f.at), 'by', person_json(f.person_id)) order by f.id) as acts
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
           'thread', coalesce(h.acts, '[]')) order by x.at, s.position, x.dims), '[]')
    from cells x
   cross join (select (($1).period || '-01')::date as month) m
    join series s on s.id = x.series_id
    left join threads h on h.series_id = x.series_id and h.dims = x.dims
$$;

-- The progress declared of an action (deployment null) or of a deployment by an instant: of the last report that stands.
create function progress_said(action bigint, deployment bigint, at timestamptz) returns smallint
language plpgsql stable as $$
begin
  return (
    select r.progress from status_report r
     where r.action_id = $1 and r.deployment_id is not distinct from $2 and r.recorded_at <= $3
       and not exists (select 1 from status_report_withdrawal w where w.report_id = r.id)
     order by r.recorded_at desc, r.id desc limit 1);
end $$;
