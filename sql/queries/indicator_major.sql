-- The instant as of which a major version of an indicator was in force last.
-- $1 code   $2 major version   $3 as of, null: now
-- `known`: there was one by then; `majors`: those that there were; `as_of`: null when it is in force now.
-- No row: no indicator has this code.
with v as (
  select v.published_at, split_part(v.version, '.', 1) as major
    from plugin g join plugin_version v on v.plugin_id = g.id
   where g.code = $1::text and g.kind = 'indicator' and ($3::timestamptz is null or v.published_at <= $3::timestamptz)
), last as (
  select max(v.published_at) filter (where v.major = $2::text) as at,
         string_agg(distinct v.major, ', ') as majors, count(*) as versions from v
)
select l.at is not null as known, l.majors,
       instant_json(coalesce((select min(v.published_at) from v where v.published_at > l.at) - interval '1 microsecond',
                             $3::timestamptz)) as as_of
  from last l where l.versions > 0;
