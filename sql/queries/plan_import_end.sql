-- Ends an import that wrote: indicators are to be computed again; a new plan gets its coordinator.
-- $1 plan bigint   $2 person bigint or null   $3 boolean: the plan is new
with refresh as (
  insert into job (kind, plan_id) values ('refresh', $1::bigint)
), coordinator as (
  insert into role_grant (person_id, role, plan_id, granted_by)
  select $2::bigint, 'coordinator', $1::bigint, $2::bigint where $3::boolean and $2::bigint is not null
)
select count(*) as measures from measure where plan_id = $1::bigint;
