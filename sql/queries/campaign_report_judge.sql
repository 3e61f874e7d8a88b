-- Accepts the figures of a report that wait, and returns one of them when it is named.
-- $1 expectation bigint   $2 state: validated or returned   $3 reason or null   $4 series code or null   $5 dims
with judged as (
  update report r
     set state = $2, change_reason = $3, version = r.version + 1,
         validated_at = case when $2 = 'validated' then now() end,
         validated_by = case when $2 = 'validated' then vigie_person() end
   where r.expectation_id = $1::bigint
  returning r.plan_id, r.expectation_id
), standing as materialized (
  select f.*, coalesce(s.code = $4 and f.dims = $5, false) as named
    from report_standing($1::bigint) f join series s on s.id = f.series_id
)
insert into report_figure (plan_id, expectation_id, series_id, dims, act, answer, value, reason, findings, confirmed,
                           remark)
select v.plan_id, v.expectation_id, f.series_id, f.dims, case when f.named then 'returned' else 'accepted' end,
       f.answer, f.value, f.reason, f.findings, f.confirmed, case when f.named then $3 end
  from judged v cross join standing f
 where f.named or figure_state(f.act) = 'submitted';
