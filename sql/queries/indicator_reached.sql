-- Remembers how far back an indicator was computed, where the past alone was, by what computed the rest.
-- $1 plan   $2 plugin   $3 first period that was computed   $4 version   $5 engine
update indicator_refresh set engine_from = $3::text
 where plan_id = $1::bigint and plugin_id = $2::bigint and version_id = $4::bigint and engine = $5::integer
   and (engine_from is null or engine_from collate "C" > $3::text);
