-- Accounts and rights as answers show them.

create function grant_json(g role_grant) returns json language sql as $$
  select json_build_object('id', g.id, 'role', g.role, 'plan', plan_code_of(g.plan_id),
           'organisation', (select o.code from organisation o where o.id = g.organisation_id),
           'territories', g.territories, 'granted_at', instant_json(g.granted_at),
           'granted_by', person_json(g.granted_by))
$$;

-- Grows with each change of the account and of its rights.
create function person_version(p person) returns bigint language sql stable as $$
  select p.version + (select count(*) + count(g.revoked_at) from role_grant g where g.person_id = p.id)
$$;

create function person_document(p person) returns json language sql as $$
  select json_build_object('id', p.id, 'login', p.login, 'name', p.name, 'lang', p.lang,
           'disabled', p.disabled_at is not null, 'demo', p.demo, 'created_at', instant_json(p.created_at),
           'has_password', coalesce(s.has_password, false), 'seen_at', instant_json(s.seen_at),
           'grants', coalesce((select json_agg(grant_json(g) order by g.id) from role_grant g
                                where g.person_id = p.id and g.revoked_at is null), '[]'),
           'version', person_version(p))
    from (select) one left join person_sign_in(p.id) s on true
$$;
