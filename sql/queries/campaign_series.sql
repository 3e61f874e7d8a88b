-- The series that a campaign may ask for: monthly, by département and organisation.
-- One row: {code: true where only a force counts it}.
select coalesce(json_object_agg(s.code, exists (select 1 from jsonb_array_elements(s.dimensions) d
                                                 where d ->> 'id' = 'force')), '{}')::text as series
  from series s
 where s.periodicity = 'month' and s.level = 'department' and s.by_organisation and s.by_plan;
