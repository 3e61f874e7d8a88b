-- Links an indicator with a measure, or takes the link away; the same again changes nothing.
-- $1 plan bigint   $2 measure number   $3 indicator   $4 linked boolean
-- `changed`: something was written.  No row: no such indicator.
with what as (
  select m.plan_id, m.id as measure_id, p.id as plugin_id
    from measure m, plugin p
   where m.plan_id = $1::bigint and m.number = $2 and p.code = $3 and p.kind = 'indicator'
), saved as (
  insert into measure_indicator as i (plan_id, measure_id, plugin_id)
  select w.plan_id, w.measure_id, w.plugin_id from what w
   where $4::boolean or exists (select 1 from measure_indicator x where x.measure_id = w.measure_id and x.plugin_id = w.plugin_id)
  on conflict (measure_id, plugin_id) do update set linked = $4::boolean, version = i.version + 1
   where i.linked <> $4::boolean
  returning i.id
)
select exists (select 1 from saved) as changed from what;
