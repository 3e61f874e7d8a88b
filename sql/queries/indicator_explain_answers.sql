-- The answers behind the rows of a roster that one cell was given: of each the one that holds, which sending it is, and
-- those that were sent before it.
-- $1 plan   $2 as of, null: now   $3 the rows, jsonb: columns of one length
-- $4 when the value shown before was computed, null   $5 rows at most
with until as materialized (
  select case when $2::timestamptz is null then 'infinity' else $2 end as at
), given as (
  select g.* from rows from (jsonb_array_elements_text($3::jsonb -> 'period'), jsonb_array_elements_text($3::jsonb -> 'territory'),
                             jsonb_array_elements_text($3::jsonb -> 'organisation')) as g (period, territory, organisation)
), answered as materialized (
  select g.*, r.id, r.state, r.nothing_new, r.submitted_at, r.submitted_by,
         row_number() over (order by g.period desc, g.territory, g.organisation) as n
    from given g
    join campaign_at($1::bigint, $2::timestamptz) c on c.period = g.period
    join organisation o on o.code = g.organisation
    join expectation_at($1::bigint, $2::timestamptz) e on e.campaign_id = c.id and e.territory = g.territory and e.organisation_id = o.id
    join report_at($1::bigint, $2::timestamptz) r on r.expectation_id = e.id
   where r.answered_at is not null
)
select json_build_object('total', (select count(*) from answered), 'items', coalesce((
  select json_agg(json_strip_nulls(json_build_object(
           'territory', a.territory, 'organisation', a.organisation, 'period', a.period,
           'state', a.state, 'nothing_new', a.nothing_new, 'revision', e.sendings + 1,
           'recorded_at', instant_json(a.submitted_at), 'recorded_by', person_json(a.submitted_by),
           'changed', a.submitted_at > $4::timestamptz, 'earlier', e.items)) order by a.n)
    from until u join answered a on a.n <= $5::integer
   cross join lateral (
      select count(*) as sendings, json_agg(json_strip_nulls(json_build_object('state', b.state, 'nothing_new', b.nothing_new,
               'recorded_at', instant_json(b.submitted_at), 'recorded_by', person_json(b.submitted_by)))
               order by b.n) filter (where b.n <= 5) as items
        from (select distinct on (h.submitted_at) h.*, dense_rank() over (order by h.submitted_at desc) as n
                from report_history h
               where h.id = a.id and h.known_from <= u.at and h.submitted_at < a.submitted_at
               order by h.submitted_at desc, h.history_id desc) b) e), '[]'))::text as body;
