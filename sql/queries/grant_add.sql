-- Gives a right.
-- $1 person bigint   $2 role   $3 plan bigint or null   $4 organisation bigint or null   $5 territories, an array
-- One row: its id.
insert into role_grant (person_id, role, plan_id, organisation_id, territories, granted_by)
values ($1::bigint, $2, $3::bigint, $4::bigint, $5::text[], vigie_person())
returning id;
