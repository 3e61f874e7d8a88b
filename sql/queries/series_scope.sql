-- What figures the person may write in a plan.
-- $1 plan bigint
-- `everywhere`: all of them; `scope`: {organisation: [territories]} otherwise.
select vigie_coordinates($1::bigint) as everywhere,
       (select coalesce(json_object_agg(x.code, x.territories), '{}')
          from (select o.code, json_agg(s.territory) as territories
                  from vigie_scope() s join organisation o on o.id = s.organisation_id
                 where s.plan_id = $1::bigint
                 group by o.code) x)::text as scope;
