-- Who answers for what, from when to when.
-- $1 plan bigint   $2 as_of or null for now   $3 list jsonb, see list_page   $4 lang
with r as (
  select r.*, o.code as organisation from roster_at($1::bigint, $2::timestamptz) r join organisation o on o.id = r.organisation_id
), page as (
  select p.* from list_page((select array_agg(organisation || ' ' || array_to_string(territories, ',') order by id) from r),
                            (select array_agg(id order by id) from r), $3::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(json_build_object('id', r.id, 'kind', r.kind,
                      'organisation', organisation_json(r.organisation_id, $4, $2::timestamptz), 'territories', r.territories,
                      'person', person_json(r.person_id), 'reason', r.reason, 'from_on', r.from_on, 'until_on', r.until_on,
                      'version', r.version) order by p.n)
                              from page p join r on r.id = p.id), '[]'),
         'total', (select count(*) from r),
         'next_cursor', (select max(next) from page))::text as body;
