-- The départements with their populations.
select t.code, coalesce(t.population, 100000) as population
  from territory t
 where t.level = 'department'
 order by t.code;
