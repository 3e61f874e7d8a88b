-- The totals of one indicator that another reads, of one level.
-- $1 plan   $2 code   $3 major version, null: any   $4 level   $5 as of, null: now   $6 boolean: in protected form,
-- where they rest on sensitive counts
select distinct on (i.territory, i.period)
       i.territory, i.period, i.state, i.reason, i.value, i.flags
  from indicator_value i
  join plugin g on g.id = i.plugin_id and g.code = $2::text
  join plugin_version v on v.id = i.version_id
 where i.plan_id = $1::bigint and i.dims = '' and i.audience = case when $6::boolean and i.sensitive then 'protected' else 'exact' end and i.level = $4::text
   and ($3::text is null or split_part(v.version, '.', 1) = $3::text)
   and i.known_from <= coalesce($5::timestamptz, 'infinity')
 order by i.territory, i.period, i.known_from desc, i.id desc;
