-- Makes a plugin that comes with the server known and published; a deprecated or retired one stays so.
-- First of three in one transaction: it locks the plugin, so that two servers publish one after the other.
-- $1 code   $2 kind
insert into plugin (code, kind, state, shipped, on_disk)
values ($1::text, $2::text, 'published', true, 'same')
on conflict (code) do update
   set on_disk = 'same',
       state = case when plugin.state in ('draft', 'review', 'quarantined') then 'published' else plugin.state end;
