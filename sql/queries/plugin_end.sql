-- Deprecates or retires a plugin; its values stay.
-- No row: it changed since it was read.
-- $1 plugin   $2 version of the plugin that was read   $3 deprecated or retired   $4 reason, null: none given
update plugin set state = $3::text, change_reason = $4::text
 where id = $1::bigint and version = $2::bigint
returning id;
