-- Accounts show where their mail goes; the outbox is shown to coordinators.

create or replace function person_document(p person) returns json language sql as $$
  select json_build_object('id', p.id, 'login', p.login, 'name', p.name, 'lang', p.lang,
           'disabled', p.disabled_at is not null, 'demo', p.demo, 'created_at', instant_json(p.created_at),
           'has_password', coalesce(s.has_password, false), 'seen_at', instant_json(s.seen_at),
           'mail', (select b.address from mailbox b where b.person_id = p.id),
           'grants', coalesce((select json_agg(grant_json(g) order by g.id) from role_grant g
                                where g.person_id = p.id and g.revoked_at is null), '[]'),
           'version', person_version(p))
    from (select) one left join person_sign_in(p.id) s on true
$$;

-- Why a line is not part of a message, for who may read the line but not the address.
create function outbox_state(o outbox) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  context text := current_setting('vigie.session', true);
  b mailbox;
begin
  perform set_config('vigie.session', 'service', true);
  select x.* into b from mailbox x where x.person_id = $1.person_id;
  perform set_config('vigie.session', context, true);
  return outbox_waits($1, b);
end $$;

-- One line of the outbox: what is told to whom, and what became of its message.
create function outbox_json(o outbox) returns json language sql as $$
  select json_build_object('id', o.id, 'kind', o.kind, 'person', person_json(o.person_id),
           'period', (select k.period from campaign k where k.id = o.campaign_id),
           'units', jsonb_array_length(o.units), 'created_at', instant_json(o.created_at),
           'state', coalesce(m.state, outbox_state(o)),
           'message', m.id, 'message_id', m.message_id, 'tries', coalesce(m.tries, 0),
           'changed_at', instant_json(m.changed_at), 'said', m.said,
           'due_at', case when m.state = 'queued' then instant_json(m.due_at) end)
    from (select) one left join mail m on m.id = o.mail_id
$$;
