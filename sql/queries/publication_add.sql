-- Opens the publication of a month of a plan, journals it and marks the indicators that rest on sensitive series
-- (publication_lock first).
-- $1 plan bigint   $2 period   $3 its first day   $4 its last day
-- `rolling`: the twelve months that end with it are all published, this one included.
with added as (
  insert into publication (plan_id, period, from_on, to_on)
  values ($1::bigint, $2, $3::date, $4::date)
  returning id
), told as (
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number, after)
  select vigie_person(), current_setting('vigie.request', true), $1::bigint, 'insert', 'publication', a.id, $2,
         jsonb_build_object('period', $2::text)
    from added a
), marked as (
  insert into job (kind, plan_id, plugin_id)
  select 'refresh', $1::bigint, g.id
    from plugin g join plugin_version v on v.plugin_id = g.id and v.active
   where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined') and indicator_sensitive(v.metadata)
)
select a.id,
       (select count(*) from publication p
         where p.plan_id = $1::bigint and p.from_on > $4::date - interval '1 year' and p.to_on < $3::date) = 11 as rolling
  from added a;
