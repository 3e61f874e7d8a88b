-- Returns the text in review to its author with a reason, as the person asking.
-- $1 plugin   $2 version of the plugin that was read   $3 reason
-- `plugin` is null when it changed since it was read.
select plugin_draft_return($1::bigint, $2::bigint, $3::text) as plugin;
