-- Campaigns of a plan with the counts of their units.
-- $1 plan bigint   $2 as_of or null for now   $3 list jsonb, see list_page   $4 lang   $5 today
with c as (
  select * from campaign_at($1::bigint, $2::timestamptz)
), page as (
  select p.* from list_page((select array_agg(period order by id) from c),
                            (select array_agg(id order by id) from c), $3::jsonb) p
)
select json_build_object(
         'items', coalesce((select json_agg(campaign_json(c::campaign, $2::timestamptz,
                                              as_of_day($1::bigint, $2::timestamptz, $5::date), $4) order by p.n)
                              from page p join c on c.id = p.id), '[]'),
         'total', (select count(*) from c),
         'next_cursor', (select max(next) from page))::text as body;
