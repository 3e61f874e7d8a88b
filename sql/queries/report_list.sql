-- Status reports of an action and of its deployments, one page, by the instant.
-- $1 plan bigint   $2 action number   $3 as_of or null for now
-- $4 filters jsonb: territory (FR: the action itself), organisation
-- $5 {"descending", "limit", "hash", "key", "id"}: `key` and `id` are where the page before ended
-- No row: no such action.
with a as materialized (
  select id from action_one($1::bigint, $2, $3::timestamptz)
), asked as materialized (
  select ($5::jsonb ->> 'limit')::integer as size, $4::jsonb ->> 'territory' as territory, $4::jsonb ->> 'organisation' as organisation
), wanted as materialized (
  select d.id
    from asked q, a join action_deployment d on d.action_id = a.id join organisation o on o.id = d.organisation_id
   where (q.organisation is null or o.code = q.organisation)
     and (q.territory is null or d.territory in (select territories_within(q.territory)))
), fits as not materialized ( -- for the page in the order of an index, for the total without the reports themselves
  select r.id, r.recorded_at from status_report r
   where r.action_id = (select id from a)
     and r.recorded_at <= case when $3::timestamptz is null then 'infinity' else $3 end -- row-level security lets no coalesce() lead an index
     and case when $4::jsonb ->> 'territory' is null and $4::jsonb ->> 'organisation' is null then true
              when $4::jsonb ->> 'territory' = 'FR' then r.deployment_id is null and $4::jsonb ->> 'organisation' is null
              else r.deployment_id in (select w.id from wanted w) end
), page as (
  (select f.*, row_number() over (order by f.recorded_at desc, f.id desc) as n from (
     select * from fits
      where ($5::jsonb ->> 'descending')::boolean
        and (recorded_at, id) < (case when $5::jsonb ->> 'key' is null then 'infinity' else ($5::jsonb ->> 'key')::timestamptz end,
                                case when $5::jsonb ->> 'id' is null then 0 else ($5::jsonb ->> 'id')::bigint end)
      order by recorded_at desc, id desc limit ($5::jsonb ->> 'limit')::integer + 1) f)
  union all
  (select f.*, row_number() over (order by f.recorded_at, f.id) as n from (
     select * from fits
      where not ($5::jsonb ->> 'descending')::boolean
        and (recorded_at, id) > (case when $5::jsonb ->> 'key' is null then '-infinity' else ($5::jsonb ->> 'key')::timestamptz end,
                                case when $5::jsonb ->> 'id' is null then 0 else ($5::jsonb ->> 'id')::bigint end)
      order by recorded_at, id limit ($5::jsonb ->> 'limit')::integer + 1) f)
)
select json_build_object(
         'items', coalesce((select json_agg(report_json(r, $3::timestamptz) order by p.n)
                              from page p join status_report r on r.id = p.id where p.n <= q.size), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', (select ($5::jsonb ->> 'hash') || encode(convert_to(instant_json(p.recorded_at) || chr(31) || p.id, 'UTF8'), 'hex')
                           from page p where p.n = q.size and exists (select 1 from page x where x.n > q.size)))::text as body
  from a, asked q;
