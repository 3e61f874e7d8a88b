-- The catalogue of series as indicators read it.
select id, code, over_territories, over_time, periodicity, by_plan, sensitive, delay_days, dimensions::text as dimensions,
       coalesce(floor, 0) as floor
  from series order by code;
