-- Every account with its rights, one row each, for the command line.
-- No row: there is none.
select p.login, p.name, case when p.disabled_at is null then '' else 'disabled' end as state,
       coalesce((select string_agg(concat_ws(' ', g.role, plan_code_of(g.plan_id), o.code,
                                             nullif(array_to_string(g.territories, ','), '')), '; ' order by g.id)
                   from role_grant g left join organisation o on o.id = g.organisation_id
                  where g.person_id = p.id and g.revoked_at is null), '') as grants,
       json_build_object('id', p.id, 'login', p.login, 'name', p.name, 'lang', p.lang,
                         'disabled', p.disabled_at is not null, 'grants', coalesce((
         select json_agg(json_build_object('id', g.id, 'role', g.role, 'plan', plan_code_of(g.plan_id),
                         'organisation', o.code, 'territories', g.territories) order by g.id)
           from role_grant g left join organisation o on o.id = g.organisation_id
          where g.person_id = p.id and g.revoked_at is null), '[]'))::text as body
  from person p
 order by p.login;
