-- Whether the person may open the exact figures of a plan.
-- $1 plan bigint
select exists (select 1 from person p where p.id = vigie_person() and p.disabled_at is null)
       and $1::bigint in (select vigie_plans_as('{analyst,coordinator}')) as allowed;
