-- The territories that indicators are computed for, by code.
select code, level, coalesce(population, 0) as population from territory order by code collate "C";
