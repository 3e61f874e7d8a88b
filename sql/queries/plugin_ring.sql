-- The indicator by which a text would read the plugin itself, by way of others: it may not.
-- No row: it makes no ring.
-- $1 code   $2 metadata of the text
with recursive reads (code, by) as (
  select n.code, n.code from plugin_reads($2::jsonb) n (code)
  union
  select n.code, r.by from reads r join plugin g on g.code = r.code join plugin_version v on v.plugin_id = g.id and v.active,
         lateral plugin_reads(v.metadata) n (code)
)
select by from reads where code = $1::text order by by limit 1;
