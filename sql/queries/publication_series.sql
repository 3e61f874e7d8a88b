-- The sensitive series that have figures in a plan, and what their protection needs to know.
-- $1 plan bigint
select s.id, s.code, s.floor, s.over_territories = 'sum' as adds_up, s.over_time = 'sum' as rolls,
       s.dimensions @> '[{"id": "force"}]' as by_force
  from series s
 where s.sensitive and s.whole and s.periodicity = 'month'
   and exists (select 1 from figure f where f.series_id = s.id and f.plan_key = $1::bigint)
 order by s.code;
