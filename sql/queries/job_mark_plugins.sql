-- Marks indicators of a plan to be computed in a refresh of their own, as part of one that left them.
-- $1 plan   $2 plugins, their ids with blanks between
insert into job (kind, plan_id, plugin_id)
select 'refresh', $1::bigint, id::bigint from string_to_table($2::text, ' ') as id
returning id;
