-- What the same source and vintage last said of the figures that rows speak of, one line a row, in their order.
-- $1 series bigint   $2 plan bigint, null for none   $3 rows jsonb, as observation_add
-- `known` is false when it never said anything, or nothing that this person may see.
with sent as materialized (
  select r.*, figure_key($1::bigint, $2::bigint, r.territory, o.id, r.from_on, r.to_on, r.dims) as key
    from rows from (jsonb_to_recordset($3::jsonb) as (territory text, organisation text, from_on date, to_on date,
           dims text, source text, vintage text)) with ordinality
           as r (territory, organisation, from_on, to_on, dims, source, vintage, n)
    left join organisation o on o.code = r.organisation
)
select b.id is not null as known, b.state, trim_scale(b.value)::text as value, b.reason, b.qualifier,
       b.provisional, b.fictitious
  from sent s
  left join lateral (select f.id from figure f where f.key = s.key offset 0) f on true
  left join lateral (
    select x.* from observation x
     where x.figure_id = f.id and x.source = s.source and x.vintage = s.vintage
     order by x.recorded_at desc, x.id desc limit 1) b on true
 order by s.n;
