-- Tokens that are not revoked, one page, the newest first.
-- $1 filters jsonb: person (a login)
-- $2 {"limit", "hash", "id"}: `id` is where the page before ended
-- Always one row.
with fits as (
  select t.*, p.login, p.name as person_name
    from token_list() t join person p on p.id = t.person_id
   where $1::jsonb ->> 'person' is null or p.login = $1::jsonb ->> 'person'
), page as (
  select f.*, row_number() over (order by f.id desc) as n from fits f
   where $2::jsonb ->> 'id' is null or f.id < ($2::jsonb ->> 'id')::bigint
)
select json_build_object(
         'items', coalesce(json_agg(json_build_object(
           'id', p.id, 'person', json_build_object('id', p.person_id, 'login', p.login, 'name', p.person_name),
           'name', p.name, 'prefix', p.prefix, 'read_only', p.read_only, 'created_at', instant_json(p.created_at),
           'expires_at', instant_json(p.expires_at), 'used_at', instant_json(p.used_at)) order by p.n)
           filter (where p.n <= ($2::jsonb ->> 'limit')::integer), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', (select ($2::jsonb ->> 'hash') || encode(convert_to(chr(31) || x.id, 'UTF8'), 'hex') from page x
                          where x.n = ($2::jsonb ->> 'limit')::integer
                            and exists (select 1 from page y where y.n > x.n))
       )::text as body
  from page p;
