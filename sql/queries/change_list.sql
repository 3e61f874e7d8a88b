-- What changed in a plan between two instants, latest first, one page.
-- $1 plan bigint   $2 since or null   $3 until or null for now   $4 lang
-- $5 filters jsonb, each absent or text: object number field followed ("true": in what the person who asks follows)
-- $6 {"limit", "hash", "key", "id"}; the key is the instant, the id "journal:place"
with every as materialized (
  select c.*
    from plan_moves($1::bigint, coalesce($2::timestamptz, '-infinity'), coalesce($3::timestamptz, now()), $4::text) c
   where ($5::jsonb ->> 'object' is null or c.object = $5::jsonb ->> 'object')
     and ($5::jsonb ->> 'number' is null or c.number = $5::jsonb ->> 'number')
     and ($5::jsonb ->> 'field' is null or c.field = $5::jsonb ->> 'field')
     and ($5::jsonb ->> 'followed' is distinct from 'true'
          or move_keys(c.journal_id, c.object, c.number, c.territory)
             && (select array_agg(f.key) from follow_keys($1::bigint, vigie_person()) f))
), page as (
  select p.*, row_number() over (order by p.at desc, p.journal_id desc, p.place desc) as n,
         ($6::jsonb ->> 'limit')::integer as size
    from (select e.* from every e
           where $6::jsonb ->> 'id' is null
              or (e.at, e.journal_id, e.place) < (($6::jsonb ->> 'key')::timestamptz,
                  split_part($6::jsonb ->> 'id', ':', 1)::bigint, split_part($6::jsonb ->> 'id', ':', 2)::bigint)
           order by e.at desc, e.journal_id desc, e.place desc
           limit ($6::jsonb ->> 'limit')::integer + 1) p
), shown as (
  select p.*, move_json(p.at, p.person_id, p.object, p.number, p.territory, p.organisation, p.field, p.key, p.old, p.new,
                        p.reason) as item
    from page p
   where p.n <= p.size
)
select json_build_object(
         'items', coalesce(json_agg(s.item order by s.n), '[]'),
         'total', (select count(*) from every),
         'next_cursor', max(case when s.n = s.size and exists (select 1 from page x where x.n > s.size)
           then ($6::jsonb ->> 'hash') || encode(convert_to(
                  instant_json(s.at) || chr(31) || s.journal_id || ':' || s.place, 'UTF8'), 'hex') end)
       )::text as body
  from shown s;
