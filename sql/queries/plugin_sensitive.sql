-- The sensitive series that a text rests on: those among its `own` inputs, and those of the indicators that are `read`.
-- No row: there is none.
-- $1 metadata
select s.code, bool_or(t.own) as own, bool_or(not t.own) as read
  from indicator_texts($1::jsonb) t,
       lateral jsonb_each(case when jsonb_typeof(t.metadata -> 'inputs') = 'object' then t.metadata -> 'inputs' else '{}' end) i
  join series s on s.code = i.value ->> 'id' and s.sensitive
 where i.value ->> 'kind' = 'series'
 group by s.code
 order by own desc, s.code;
