-- Lists and values tell it as well, which are read more often than explanations: one search for each series that is read,
-- however much was recorded of it and whatever was made up for other plans.

create index observation_batch_made_up on observation_batch (series_id, plan_id) where fictitious;

-- As 0073 has it, but that each series is searched by itself, of a plan or of none, which an index can be asked for.
-- offset 0: no series that is not read, nor all that was made up at once.
create or replace function indicator_fictitious(plan bigint, metadata jsonb) returns boolean
language sql stable as $$
  select exists (
    select 1
      from (select s.id, s.by_plan
              from indicator_texts($2) t
             cross join lateral jsonb_each(case when jsonb_typeof(t.metadata -> 'inputs') = 'object'
                                                then t.metadata -> 'inputs' else '{}' end) i
              join series s on i.value ->> 'kind' = 'cells'
                            or i.value ->> 'kind' = 'series' and s.code = i.value ->> 'id' offset 0) s
     where case when s.by_plan
                then exists (select 1 from observation_batch b
                              where b.series_id = s.id and b.plan_id = $1 and b.fictitious offset 0)
                else exists (select 1 from observation_batch b
                              where b.series_id = s.id and b.plan_id is null and b.fictitious offset 0) end)
$$;
