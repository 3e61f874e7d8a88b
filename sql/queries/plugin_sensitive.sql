-- The sensitive series among the inputs of a text.  No row: there is none.
-- $1 metadata
select distinct s.code
  from jsonb_each(case when jsonb_typeof($1::jsonb -> 'inputs') = 'object' then $1::jsonb -> 'inputs' else '{}' end) i
  join series s on s.code in (i.value ->> 'series', i.value ->> 'id', i.value ->> 'of') and s.sensitive
 order by s.code;
