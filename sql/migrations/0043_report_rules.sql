-- What rules say of a report: kept with the figures that they said it of, and why these were sent all the same.

-- Of what is being typed: [{"series", "dims", "rule", "version", "level", "fr", "en"}]; null: no rule was asked.
alter table report_draft add column findings jsonb
  constraint report_draft_findings check (jsonb_typeof(findings) = 'array');
-- Of a figure as it was sent, and the word of whoever confirmed it.
alter table report_figure add column findings jsonb
  constraint report_figure_findings check (jsonb_typeof(findings) = 'array');
alter table report_figure add column confirmed text
  constraint report_figure_confirmed check (confirmed ~ '\S' and length(confirmed) <= 1000);

/*
 * A rule that failed on a report, append-only.  It never holds a report back; `counts` unless the machine may be to
 * blame: after three of these its version is asked no more.
 */
create table rule_failure (
  id         bigint generated always as identity primary key,
  version_id bigint not null references plugin_version,
  at         timestamptz not null default now(),
  finding    jsonb not null constraint rule_failure_finding check (jsonb_typeof(finding) = 'object'),
  counts     boolean not null
);
create index on rule_failure (version_id, id);
alter table rule_failure enable row level security;
create policy read on rule_failure for select using ((select vigie_service()) or (select vigie_judges()));
-- Whoever answers makes rules run, and so may find that one fails.
create policy tell on rule_failure for insert
  with check ((vigie_service() or vigie_person() is not null) and at = now());

-- Whoever answers is asked of no rule that was stopped, without seeing how it failed.
create function rule_stopped(version bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select count(*) >= 3 from rule_failure f where f.version_id = $1 and f.counts
$$;

-- The state of a plugin as people see it: a rule that was stopped is in quarantine until its next version.
create function plugin_standing(state text, version bigint) returns text
language sql stable as $$
  select case when $1 = 'published' and rule_stopped($2) then 'quarantined' else $1 end
$$;

-- What the rules said, in the reader's language.
create function remarks_json(findings jsonb, series text, dims text, lang text) returns json
language sql immutable parallel safe as $$
  select coalesce(json_agg(json_build_object('rule', f ->> 'rule', 'level', f ->> 'level',
                                             'text', in_lang($4, f ->> 'fr', f ->> 'en')) order by n), '[]')
    from jsonb_array_elements($1) with ordinality x (f, n)
   where f ->> 'series' = $2 and f ->> 'dims' = $3
$$;

-- As before, with what the rules said: of what is being typed where there is a draft, else of what was sent.
create or replace function report_figures(c campaign, expectation bigint, territory text, organisation bigint, kind text, lang text)
returns json language sql stable as $$
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
    left join threads h on h.series_id = x.series_id and h.dims = x.dims
$$;
