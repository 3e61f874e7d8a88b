-- The rows of every cell of one period: one row a territory, the rows as arrays in the order of
-- the columns that plugins know; days are whole numbers.
-- $1 plan   $2 as of, null: now   $3 last day known   $4 first day of the period
-- $5 fine: the nation, too, has the rows of deployments
with told as materialized (
  select p.at, r.*
    from indicator_rows($1::bigint, $2::timestamptz, $3::date) r
   cross join lateral (values (r.cell, r.cell_level <> 'national' or not $5::boolean),
                              ('FR', r.cell_level = 'department' and $5::boolean)) p (at, counts)
   where p.counts
)
select t.level, t.code as territory,
       coalesce(json_agg(json_build_array(
           r.number, r.measure, r.objective, r.lead, r.level, r.territory, r.organisation, r.weight,
           r.measure_weight, r.status, r.progress, r.confidence, r.start_on - date '1970-01-01',
           r.due_on - date '1970-01-01', r.initial_due_on - date '1970-01-01',
           r.done_on - date '1970-01-01', r.reported_on - date '1970-01-01', r.blocked, r.revised,
           r.costed, r.budget_planned, r.budget_committed, r.budget_spent)
           order by r.sort_key, r.territory, r.organisation) filter (where r.number is not null), '[]') as rows,
       count(r.number) as height,
       count(*) filter (where r.status not in ('dropped', 'carried_over')) as expected,
       count(*) filter (where r.status not in ('dropped', 'carried_over') and r.reported_on is not null) as received,
       coalesce(bool_or(r.status in ('not_started', 'in_progress', 'on_hold') and r.reported_on < $4::date), false)
         as carried
  from territory t
  left join told r on r.at = t.code
 group by t.level, t.code
 order by t.level, t.code;
