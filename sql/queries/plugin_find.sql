-- A plugin as a use case of its life needs it, and what the person asking may do.
-- Always one row: `id` is null when no plugin has this code.
-- $1 code
select me.person, me.analyst, me.coordinator,
       g.id, g.version, g.kind, g.state, v.version as active, v.source, v.sha256, v.metadata::text as metadata,
       d.state as draft_state, d.source as draft_source, d.sha256 as draft_sha256, d.author_id as draft_author,
       d.approved_by as draft_approved_by, w.id as writer, w.name as writer_name,
       (select string_agg(o.version, ' ') from plugin_version o where o.plugin_id = g.id) as versions,
       (select string_agg(n.code, ', ' order by n.code) from plugin_dependants(g.code) n) as dependants
  from (select vigie_person() as person,
               coalesce(bool_or(r.role = 'analyst'), false) as analyst,
               coalesce(bool_or(r.role = 'coordinator'), false) as coordinator
          from role_grant r where r.person_id = vigie_person() and r.revoked_at is null) me
  left join plugin g on g.code = $1::text
  left join plugin_version v on v.plugin_id = g.id and v.active
  left join plugin_draft d on d.plugin_id = g.id and d.state <> 'closed'
                          and (d.author_id = me.person or d.state = 'review')
  left join person w on w.id = plugin_writer(g.id);
