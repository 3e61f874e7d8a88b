-- One target, with what it was before, the latest first.
-- $1 plan bigint   $2 code of the indicator   $3 territory   $4 as of, null: now
-- No row: the plan has no such target, or not yet.
select t.version, (target_json(t) || jsonb_build_object('history', (
         select coalesce(jsonb_agg(target_json(x) order by x.version desc), '[]')
           from target_history h
          cross join lateral (select (jsonb_populate_record(null::target, to_jsonb(h))).*) x
          where h.id = t.id and h.version < t.version and h.known_from <= coalesce($4::timestamptz, 'infinity'))))::text as body
  from plugin g
 cross join lateral target_at($1::bigint, $4::timestamptz) t
 where g.code = $2::text and t.plugin_id = g.id and t.territory = $3::text;
