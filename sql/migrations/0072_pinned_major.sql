-- An indicator that reads another one reads the major version that it names: what that one rests on is asked of the versions
-- of this major too, and not only of the one in force, which may rest on other counts by now.

-- The texts that a text reads, itself first (own): of each indicator that is read, the version in force and those of the
-- major that is named.
create function indicator_texts(metadata jsonb) returns table (metadata jsonb, own boolean)
language sql stable security definer set search_path = public, pg_temp as $$
  with recursive read (metadata, own) as (
    select $1, true
    union
    select v.metadata, false
      from read r
     cross join lateral jsonb_each(case when jsonb_typeof(r.metadata -> 'inputs') = 'object'
                                        then r.metadata -> 'inputs' else '{}' end) i
      join plugin g on i.value ->> 'kind' = 'indicator_value' and g.code = split_part(i.value ->> 'id', '@', 1)
      join plugin_version v on v.plugin_id = g.id
                           and (v.active or split_part(v.version, '.', 1) = split_part(i.value ->> 'id', '@', 2)))
  select r.metadata, r.own from read r
$$;

create or replace function indicator_sensitive_series(metadata jsonb) returns setof bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct s.id
    from indicator_texts($1) t
   cross join lateral jsonb_each(case when jsonb_typeof(t.metadata -> 'inputs') = 'object'
                                      then t.metadata -> 'inputs' else '{}' end) i
    join series s on i.value ->> 'kind' = 'series' and s.code = i.value ->> 'id' and s.sensitive
$$;

-- What was kept as if everybody might see it.
with closed as (
update indicator_value i set sensitive = true
  from plugin_version v
 where v.id = i.version_id and not i.sensitive and indicator_sensitive(v.metadata)
   and exists (select from jsonb_each(v.metadata -> 'inputs') n
                 join plugin g on n.value ->> 'kind' = 'indicator_value' and g.code = split_part(n.value ->> 'id', '@', 1)
                 join plugin_version a on a.plugin_id = g.id and a.active
                where split_part(a.version, '.', 1) <> split_part(n.value ->> 'id', '@', 2))
returning i.*
)
insert into indicator_cell (plan_id, plugin_id, audience, level, dims, period, territory, sensitive)
select distinct plan_id, plugin_id, audience, level, dims, period, territory, sensitive from closed
on conflict do nothing;
