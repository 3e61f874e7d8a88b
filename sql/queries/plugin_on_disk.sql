-- Notes how the file of a shipped plugin compares with its published version.  A broken one keeps
-- its last good values everywhere, with the reason; once it can be read again that is over, and
-- its values wait to be computed from that same instant.
-- $1 code   $2 same, modified or broken   $3 finding, {"fr", "en"}, for broken
with before as (
  select id, on_disk from plugin where code = $1::text
), noted as (
  update plugin set on_disk = $2::text where code = $1::text returning id
), marked as (
  insert into job (kind, plan_id)
  select 'refresh', r.plan_id from before b join indicator_refresh r on r.plugin_id = b.id
   where b.on_disk = 'broken' and $2::text <> 'broken'
)
update indicator_refresh r
   set failed_since = case when $2::text = 'broken' then coalesce(r.failed_since, clock_timestamp())
                           when r.failures > 0 then r.failed_since end,
       finding = case when $2::text = 'broken' then $3::jsonb when r.failures > 0 then r.finding end,
       day = null
  from noted where r.plugin_id = noted.id;
