-- Indicators that read who had to answer.

-- The indicators whose values an input of this kind may move, by way of others too.
create function indicators_of_kind(kind text) returns setof bigint
language sql stable as $$
  with recursive reads as materialized (select * from indicator_reads()),
  touched (plugin_id, code) as (
    select r.plugin_id, r.code from reads r where r.kind = $1
    union
    select r.plugin_id, r.code
      from touched t join reads r on r.kind = 'indicator_value' and r.id = t.code
                                  or r.kind = 'cells' and r.plugin_id <> t.plugin_id)
  select distinct plugin_id from touched
$$;
