-- What a write must know of one report.
-- $1 plan bigint   $2 period   $3 territory   $4 organisation code
-- No row: no such campaign.  `expectation` is null when nothing is expected of that unit.
-- `cells`: [{"series", "dims", "state", "answer", "value", "reason"}], what is asked and what stands.
select c.id as campaign, c.closed_at is not null as closed, c.opens_on, p.archived_at is not null as archived,
       e.id as expectation, e.exempt_reason is not null as exempt, coalesce(r.state, 'expected') as state,
       coalesce(r.nothing_new, false) as nothing_new,
       1 + coalesce(r.version, 0) + coalesce(d.version, 0) as version, d.body::text as draft,
       coalesce(vigie_answers(c.plan_id, e.organisation_id, e.territory), false) as may_answer,
       vigie_coordinates(c.plan_id) as may_judge,
       coalesce((select json_agg(json_build_object('series', x.code, 'dims', x.dims, 'state', figure_state(f.act),
                                                   'answer', f.answer, 'value', f.value, 'reason', f.reason) order by x.at)
                   from campaign_cells(c, o.kind) x
                   left join report_standing(e.id) f on f.series_id = x.series_id and f.dims = x.dims), '[]')::text as cells
  from campaign c
  join plan p on p.id = c.plan_id
  left join (expectation e join organisation o on o.id = e.organisation_id and o.code = $4)
         on e.campaign_id = c.id and e.territory = $3
  left join report r on r.expectation_id = e.id
  left join report_draft d on d.expectation_id = e.id
 where c.plan_id = $1::bigint and c.period = $2;
