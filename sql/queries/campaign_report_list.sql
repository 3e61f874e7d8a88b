-- The units of a campaign: who has answered, who is late, who is silent.
-- $1 plan bigint   $2 period   $3 as_of or null for now   $4 filters jsonb: state, territory (with all that lies
--   within), organisation, late   $5 list jsonb, see list_page   $6 lang   $7 today
-- No row: the plan has no such campaign.
with c as (
  select c.*, (c.period || '-01')::date as from_on, ((c.period || '-01')::date + interval '1 month - 1 day')::date as to_on
    from campaign_at($1::bigint, $3::timestamptz) c where c.period = $2
), u as materialized (
  select u.*, o.code as organisation
    from campaign_at($1::bigint, $3::timestamptz) k
   cross join lateral campaign_units(k, $3::timestamptz, as_of_day($1::bigint, $3::timestamptz, $7::date)) u
    join organisation o on o.id = u.organisation_id
   where k.period = $2
), fits as (
  select u.expectation_id as id,
         case $5::jsonb ->> 'sort' when 'territory' then u.territory || ' ' || u.organisation
              when 'organisation' then u.organisation || ' ' || u.territory
              when 'state' then position(u.state in 'expected draft returned submitted validated exempt')::text || ' ' || u.territory
              when 'submitted_at' then coalesce(instant_json((u.r).submitted_at), '~') end as key
    from u
   where ($4::jsonb ->> 'state' is null or u.state = $4::jsonb ->> 'state')
     and ($4::jsonb ->> 'late' is null or u.late = ($4::jsonb ->> 'late')::boolean)
     and ($4::jsonb ->> 'organisation' is null or u.organisation = $4::jsonb ->> 'organisation')
     and ($4::jsonb ->> 'territory' is null or u.territory in (select territories_within($4::jsonb ->> 'territory')))
), page as (
  select p.* from list_page((select array_agg(key order by id) from fits),
                            (select array_agg(id order by id) from fits), $5::jsonb) p
), seats as materialized (
  select s.* from c cross join lateral roster_units($1::bigint, $3::timestamptz, c.from_on, c.to_on) s
)
select json_build_object(
         'items', coalesce((select json_agg(json_build_object(
             'territory', u.territory, 'name', in_lang($6, t.name_fr, t.name_en),
             'organisation', organisation_json(u.organisation_id, $6, $3::timestamptz), 'state', u.state, 'late', u.late,
             'answered', u.answered, 'on_time', u.on_time, 'nothing_new', coalesce((u.r).nothing_new, false),
             'exempt_reason', u.exempt_reason, 'submitted_at', instant_json((u.r).submitted_at),
             'submitted_by', person_json((u.r).submitted_by), 'validated_at', instant_json((u.r).validated_at),
             'people', coalesce(s.people, '[]')) order by p.n)
           from page p join u on u.expectation_id = p.id join territory t on t.code = u.territory
           left join seats s on s.organisation_id = u.organisation_id and s.territory = u.territory), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', (select max(next) from page))::text as body
  from c;
