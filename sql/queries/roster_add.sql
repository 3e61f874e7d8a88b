-- Adds a seat to the roster.
-- $1 plan bigint   $2 fields jsonb: kind, organisation (id), territories, person (id or null), reason, from_on, until_on
insert into roster (plan_id, kind, organisation_id, territories, person_id, reason, from_on, until_on)
select $1::bigint, f.kind, f.organisation, f.territories, f.person, f.reason, f.from_on, f.until_on
  from jsonb_to_record($2::jsonb) as f (kind text, organisation bigint, territories text[], person bigint, reason text,
                                        from_on date, until_on date)
returning id;
