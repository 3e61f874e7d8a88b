-- What a hand-over would move, and what would be left to be done.
-- $1 plan bigint   $2 from person bigint   $3 to person bigint   $4 day
-- Always one row.
select json_build_object('from', person_json($2::bigint), 'to', person_json($3::bigint), 'on', $4::date,
         'seats', coalesce((select json_agg(json_build_object('kind', r.kind, 'organisation', o.code, 'territories', r.territories,
                                   'from_on', greatest(r.from_on, $4::date), 'until_on', r.until_on) order by o.code, r.territories, r.from_on)
                              from roster r join organisation o on o.id = r.organisation_id
                             where r.plan_id = $1::bigint and r.person_id = $2::bigint and r.kind <> 'exempt'
                               and (r.until_on is null or r.until_on >= $4::date)), '[]'),
         'missing', handover_missing($1::bigint, array[$2::bigint, $3::bigint], $3::bigint, $4::date),
         'blockers', handover_blockers($1::bigint, $2::bigint))::text as body;
