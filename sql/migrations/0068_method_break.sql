-- A major version of an indicator measures something else: what was shown before it and after it is no one series.

-- The version of a plugin that was in force at an instant (null: now); before the first one, the present one.
create function plugin_version_at(plugin bigint, as_of timestamptz) returns setof plugin_version
language sql stable rows 1 as $$
  select v.* from plugin_version v
   where v.plugin_id = $1 and (v.active or v.published_at <= $2)
   order by v.published_at <= $2 desc nulls last, v.published_at desc, v.id desc limit 1
$$;

/*
 * Where the method changed since the plan is followed, as it was known at an instant (null: now): when and in which
 * period, what was in force before, and what its author says of it.
 */
create function indicator_breaks(plan bigint, plugin bigint, as_of timestamptz, lang text) returns json
language sql stable as $$
  select coalesce(json_agg(json_build_object(
           'at', instant_json(v.published_at),
           'period', to_char(v.published_at at time zone p.time_zone,
                             case v.metadata ->> 'frequency' when 'year' then 'YYYY' when 'quarter' then 'YYYY-"Q"Q' else 'YYYY-MM' end),
           'version', v.version, 'former', v.former,
           'changes', (select in_lang($4, c ->> 'fr', c ->> 'en')
                         from jsonb_array_elements(case when jsonb_typeof(v.metadata -> 'changelog') = 'array'
                                                        then v.metadata -> 'changelog' else '[]' end) c
                        where c ->> 'version' = v.version limit 1)) order by v.published_at), '[]')
    from (select o.*, lag(o.version) over (order by o.published_at, o.id) as former
            from plugin_version o
           where o.plugin_id = $2 and ($3 is null or o.published_at <= $3)) v
    join plan p on p.id = $1
   where split_part(v.former, '.', 1) <> split_part(v.version, '.', 1)
     and v.published_at > (select min(h.known_from) from plan_history h where h.id = p.id)
$$;
