-- A target is of the method that was in force when it was set.

-- A target as known at an instant (null: now); `former` when another major version was in force when it was set.
create function target_json(t target, as_of timestamptz) returns jsonb
language sql stable as $$
  select target_json($1) || case when split_part(w.version, '.', 1) <> split_part(v.version, '.', 1)
                                 then '{"former": true}' else '{}' end::jsonb
    from plugin g
    left join plugin_version_at(g.id, $1.set_at) w on true
    left join plugin_version_at(g.id, $2) v on true
   where g.id = $1.plugin_id
$$;
