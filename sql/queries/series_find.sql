-- What a read or a write must know of a series.
-- $1 code   $2 plan bigint, null for none
-- `archived`: the plan is.  `organisations`: {code: kind}.  No row: no such series.
select s.id, s.whole, s.sensitive, s.by_organisation, s.by_plan, s.irregular, s.level, s.periodicity,
       s.dimensions::text as dimensions,
       coalesce((select p.archived_at is not null from plan p where p.id = $2::bigint), false) as archived,
       (select coalesce(json_object_agg(o.code, o.kind), '{}') from organisation o)::text as organisations
  from series s
 where s.code = $1;
