-- The plugins that a text would read, by way of others: it may not be among them.
-- No row: it makes no ring.
-- $1 code   $2 metadata of the text
with recursive reads (code) as (
  select plugin_reads($2::jsonb)
  union
  select n.code from reads r join plugin g on g.code = r.code join plugin_version v on v.plugin_id = g.id and v.active,
         lateral plugin_reads(v.metadata) n (code)
)
select code from reads where code = $1::text;
