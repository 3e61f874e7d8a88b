-- What rests on figures that were made up says so itself, as their plan does: an answer or a file may be read without it.

-- Whether some figures were made up of the series that a text reads, itself or by the indicators that it reads;
-- of any series where it reads the cells of all others.
create function indicator_fictitious(plan bigint, metadata jsonb) returns boolean
language sql stable as $$
  select exists (
    select 1
      from indicator_texts($2) t
     cross join lateral jsonb_each(case when jsonb_typeof(t.metadata -> 'inputs') = 'object'
                                        then t.metadata -> 'inputs' else '{}' end) i
      join series s on i.value ->> 'kind' = 'cells' or i.value ->> 'kind' = 'series' and s.code = i.value ->> 'id'
     where exists (select 1 from observation_batch b
                    where b.series_id = s.id and b.fictitious
                      and b.plan_id is not distinct from case when s.by_plan then $1 end))
$$;
