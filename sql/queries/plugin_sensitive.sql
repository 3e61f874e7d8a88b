-- The sensitive series that a text rests on: those among its `own` inputs, and those of the indicators that are `read`.
-- No row: there is none.
-- $1 metadata
with recursive texts (metadata, own) as (
  select $1::jsonb, true
  union
  select v.metadata, false
    from texts t, lateral plugin_reads(t.metadata) n (code)
    join plugin g on g.code = n.code join plugin_version v on v.plugin_id = g.id and v.active
)
select s.code, bool_or(t.own) as own, bool_or(not t.own) as read
  from texts t,
       lateral jsonb_each(case when jsonb_typeof(t.metadata -> 'inputs') = 'object' then t.metadata -> 'inputs' else '{}' end) i
  join series s on s.code = i.value ->> 'id' and s.sensitive
 where i.value ->> 'kind' = 'series'
 group by s.code
 order by own desc, s.code;
