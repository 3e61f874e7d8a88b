-- Keeps an answer: the figures given, the comment, or that there is nothing new; the draft is done with.
-- $1 expectation bigint   $2 figures jsonb [{"series", "dims", "answer", "value", "reason", "findings", "confirmed"}]
-- $3 comment or null
-- $4 nothing_new boolean   $5 act: submitted, or revised   $6 why, for revised
with sent as (
  insert into report as r (plan_id, expectation_id, state, nothing_new, comment, answered_at, submitted_at, submitted_by)
  select e.plan_id, e.id, 'submitted', $4::boolean, $3, now(), now(), vigie_person() from expectation e where e.id = $1::bigint
  on conflict (expectation_id) do update
     set state = 'submitted', nothing_new = excluded.nothing_new, comment = coalesce(excluded.comment, r.comment),
         answered_at = coalesce(r.answered_at, now()), submitted_at = now(), submitted_by = excluded.submitted_by,
         validated_at = null, validated_by = null, change_reason = $6, version = r.version + 1
  returning r.plan_id, r.expectation_id
), emptied as (
  update report_draft d set body = null, version = d.version + 1
   where d.expectation_id = $1::bigint and d.body is not null and $5 = 'submitted' and not $4::boolean
), marked as ( -- what tells how complete and how timely the answers are
  insert into job (kind, plan_id, plugin_id) select 'refresh', v.plan_id, i.id from sent v cross join indicators_of_kind('roster') i (id)
), standing as materialized (
  select f.* from report_standing($1::bigint) f
)
insert into report_figure (plan_id, expectation_id, series_id, dims, act, answer, value, reason, findings, confirmed, remark)
select v.plan_id, v.expectation_id, s.id, g.dims,
       case when $5 = 'submitted' and f.act = 'returned' then 'corrected' else $5 end, g.answer, g.value, g.reason, g.findings, g.confirmed, $6
  from sent v
 cross join jsonb_to_recordset($2::jsonb) as g (series text, dims text, answer text, value numeric, reason text,
                                            findings jsonb, confirmed text)
  join series s on s.code = g.series
  left join standing f on f.series_id = s.id and f.dims = g.dims;
