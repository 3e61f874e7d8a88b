-- What bounds the counts that a text may show: the floors of the sensitive series that it rests on, the rules of itself and
-- of the indicators that it reads.  Of these any version of the major that is named counts, as values of each may stand.
-- $1 metadata
-- One row: the strictest floor, null when it rests on no sensitive series; the strictest rule, null when there is none.
select max(s.floor)::double precision as floor,
       max((t.metadata #>> '{confidentiality,min}')::double precision) as rule
  from indicator_texts($1::jsonb) t
  left join lateral jsonb_each(case when jsonb_typeof(t.metadata -> 'inputs') = 'object' then t.metadata -> 'inputs' else '{}' end) i
    on i.value ->> 'kind' = 'series'
  left join series s on s.code = i.value ->> 'id' and s.sensitive;
