-- The targets of a plan's indicators with the values of their territories, oldest first.
-- $1 plan bigint   $2 as of, null: now   $3 code of the indicator, null: all   $4 territory, null: all
select coalesce(json_agg(json_build_object('id', g.code, 'direction', v.metadata ->> 'direction', 'target', target_json(t, $2::timestamptz),
                           'course', target_course($1::bigint, g.id, indicator_sensitive(v.metadata), t.territory,
                                                   $2::timestamptz))
                         order by g.code, t.territory), '[]')::text as body
  from target_at($1::bigint, $2::timestamptz) t
  join plugin g on g.id = t.plugin_id
 cross join lateral plugin_version_at(g.id, $2::timestamptz) v
 where t.withdrawn_at is null
   and ($3::text is null or g.code = $3::text) and ($4::text is null or t.territory = $4::text);
