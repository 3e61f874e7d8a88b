-- The indicators that tell of a measure.
-- $1 plan bigint   $2 measure number   $3 as_of or null for now
-- No row: no such measure.
select json_build_object('items', coalesce((
         select json_agg(json_build_object('id', p.code) order by p.code)
           from measure_indicator_at($1::bigint, $3::timestamptz) i join plugin p on p.id = i.plugin_id
          where i.measure_id = m.id and i.linked), '[]'))::text as body
  from measure_at($1::bigint, $3::timestamptz) m
 where m.number = $2;
