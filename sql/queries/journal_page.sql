-- The journal, one page: all of it for administrators, their plans for coordinators.
-- $1 filters jsonb: plan, person (a login), act, object, number
-- $2 {"descending", "limit", "hash", "id"}: `id` is where the page before ended
-- $3 since, $4 until: instants or null
-- Always one row; its body is null when there is no such plan.
with asked as (
  select $1::jsonb as f, ($2::jsonb ->> 'descending')::boolean as down, ($2::jsonb ->> 'limit')::integer as size
), known as (
  select vigie_admin() as everything, plan_id_of($1::jsonb ->> 'plan') as plan_id,
         array(select g.plan_id from role_grant g
                where g.person_id = (select vigie_person()) and g.revoked_at is null
                  and g.role = 'coordinator') as own
), mine as materialized ( -- whose entries are asked for
  select k.everything, k.plan_id,
         case when $1::jsonb ->> 'plan' is not null
              then array(select k.plan_id where k.everything or k.plan_id = any (k.own))
              when not k.everything then k.own end as plans,
         (select p.id from person p where p.login = $1::jsonb ->> 'person') as person_id
    from known k
), fits as (
  select j.*
    from asked q, mine m
   cross join lateral ( -- by their plans, so that what was written of others is not looked at
     select x.* from journal x where m.everything and q.f ->> 'plan' is null
     union all
     select x.* from journal x where x.plan_id = any (m.plans)) j
   where (q.f ->> 'person' is null or j.person_id = m.person_id)
     and (q.f ->> 'act' is null or j.act = q.f ->> 'act')
     and (q.f ->> 'object' is null or j.object = q.f ->> 'object')
     and (q.f ->> 'number' is null or j.number = q.f ->> 'number')
     and j.at >= case when $3::timestamptz is null then '-infinity' else $3 end
     and j.at <= case when $4::timestamptz is null then 'infinity' else $4 end
), page as (
  select f.* from asked q, fits f
   where $2::jsonb ->> 'id' is null
      or case when q.down then f.id < ($2::jsonb ->> 'id')::bigint else f.id > ($2::jsonb ->> 'id')::bigint end
   order by case when q.down then -f.id else f.id end
   limit (select size + 1 from asked)
), numbered as (
  select p.*, row_number() over (order by case when q.down then -p.id else p.id end) as n from asked q, page p
)
select case when q.f ->> 'plan' is null or (select m.plan_id from mine m) is not null then json_build_object(
         'items', coalesce(json_agg(json_build_object(
           'id', p.id, 'at', instant_json(p.at), 'by', person_json(p.person_id), 'plan', plan_code_of(p.plan_id),
           'act', p.act, 'object', p.object, 'number', p.number, 'before', p.before, 'after', p.after,
           'reason', p.reason, 'request', nullif(p.request_id, '')) order by p.n)
           filter (where p.n <= q.size), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', (select ($2::jsonb ->> 'hash') || encode(convert_to(chr(31) || x.id, 'UTF8'), 'hex')
                           from numbered x where x.n = q.size
                            and exists (select 1 from numbered y where y.n > x.n))
       )::text end as body
  from asked q left join numbered p on true
 group by q.size, q.f;
