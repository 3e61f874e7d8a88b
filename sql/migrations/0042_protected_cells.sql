-- The protected form of indicators that rest on sensitive counts: what everybody sees of them.

-- Is every month of a period published?
create function period_published(plan bigint, period text) returns boolean
language sql stable as $$
  select count(*) = case when $2 ~ '-Q' then 3 when $2 ~ '-' then 1 else 12 end
    from publication p
   where p.plan_id = $1
     and case when $2 ~ '-Q' then to_char(p.from_on, 'YYYY-"Q"Q') = $2 else left(p.period, length($2)) = $2 end
$$;

alter table indicator_value add constraint indicator_value_protected check (audience = 'exact' or sensitive);

-- A protected cell is read by whoever reads the plan, an exact one of a sensitive indicator as before.
drop policy read on indicator_value;
create policy read on indicator_value for select using ((select vigie_service()) or (
  plan_id in (select vigie_plans())
  and (not sensitive or audience = 'protected' or plan_id in (select vigie_plans_as('{analyst,coordinator}'))
       or (plan_id, territory) in (select s.plan_id, s.territory from vigie_scope() s))));

-- Nothing is told of a period that is not published, whoever writes.
create function indicator_value_published() returns trigger language plpgsql as $$
begin
  if exists (select 1 from (select distinct n.plan_id, n.period from new_rows n where n.audience = 'protected') n
              where not period_published(n.plan_id, n.period)) then
    raise exception 'a period that is not published has no protected form' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger indicator_value_published after insert on indicator_value referencing new table as new_rows
  for each statement execute function indicator_value_published();

-- The last protected cells of an indicator as of an instant (null: now), by territory and period.
create function indicator_protected(plan bigint, plugin_id bigint, level text, as_of timestamptz)
returns setof indicator_value language sql stable as $$
  select distinct on (i.territory, i.period) i.*
    from indicator_value i
   where i.plan_id = $1 and i.plugin_id = $2 and i.audience = 'protected' and i.level = $3
     and i.known_from <= coalesce($4, 'infinity')
   order by i.territory, i.period, i.known_from desc, i.id desc
$$;

-- The home page is one for all who read the plan: it shows everybody the protected form of what rests on
-- sensitive counts, and nothing of it before its first publication.
create or replace function plan_indicators(plan bigint, as_of timestamptz, lang text)
returns table (place text, item json)
language sql stable rows 10 as $$
  select g.code, json_build_object(
           'id', g.code, 'name', coalesce(v.metadata #>> array['name', $3], v.metadata #>> '{name,fr}', g.code),
           'unit', v.metadata -> 'unit', 'decimals', v.metadata -> 'decimals',
           'direction', coalesce(v.metadata ->> 'direction', 'none'), 'version', v.version,
           'period', c.period, 'state', coalesce(c.state, case k.audience when 'exact' then 'missing' else 'suppressed' end), 'value', c.value,
           'reason', case when c.state is null then case k.audience when 'exact' then 'not_reported' else 'small_count' end else coalesce(c.reason_text, c.reason) end,
           'flags', to_json(coalesce(c.flags, '{}') || case when s.stale then array['stale'] else '{}' end),
           'coverage', json_build_object('received', c.received, 'expected', c.expected), 'target', null,
           'computed_at', instant_json(case when $2 is null then coalesce(r.refreshed_at, c.known_from)
                                            else c.known_from end),
           'spark', coalesce(t.spark, '[]'))
    from plugin g
    join plugin_version v on v.plugin_id = g.id and v.active
   cross join lateral (select case when indicator_sensitive(v.metadata) then 'protected' else 'exact' end as audience
                        offset 0) k
    left join indicator_refresh r on r.plan_id = $1 and r.plugin_id = g.id
    left join lateral (
      select * from indicator_value i
       where i.plan_id = $1 and i.plugin_id = g.id and i.territory = 'FR' and i.audience = k.audience
         and (i.audience = 'protected' or not i.sensitive)
         and i.level = 'national' and ($2 is null or i.known_from <= $2)
       order by i.period desc, i.known_from desc, i.id desc limit 1) c on true
    left join lateral (
      select json_agg(json_build_object('period', x.period, 'value', x.value) order by x.period) as spark
        from (select distinct on (i.period) i.period, i.value from indicator_value i
               where i.plan_id = $1 and i.plugin_id = g.id and i.territory = 'FR' and i.audience = k.audience
         and (i.audience = 'protected' or not i.sensitive)
                 and i.level = 'national' and ($2 is null or i.known_from <= $2)
               order by i.period desc, i.known_from desc, i.id desc limit 12) x) t on true
   cross join lateral (
      select $2 is null and indicator_stale($1, g.id) is not null
             and not coalesce('stale' = any (c.flags), false) as stale) s
   where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
$$;

/*
 * The latest cells of every published indicator at one level, those of the last two years, as this reader
 * may see them: of one that rests on sensitive counts, those of one's own scope, and the others in protected form;
 * where there is none they say `suppressed` wherever there could be one.  `newest` marks the last period in which some place has a value.
 */
create or replace function indicator_seen(plan bigint, as_of timestamptz, level text, on_day date)
returns table (plugin_id bigint, territory text, period text, state text, reason text, value double precision,
               received integer, expected integer, flags text[], newest boolean)
language sql stable rows 5000 as $$
  with g as materialized (
    select g.id, v.metadata as m, indicator_sensitive(v.metadata) as closed, extract(year from $4)::integer - 1 as first_year
      from plugin g join plugin_version v on v.plugin_id = g.id and v.active
     where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined') and v.metadata -> 'levels' ? $3
  ), own as materialized (
    select g.id, o.territory from g cross join lateral indicator_own($1, g.m) o (territory) where g.closed
  ), cells as (
    select distinct on (i.plugin_id, i.territory, i.period) i.plugin_id, i.territory, i.period, i.state, i.reason, i.value,
           i.received, i.expected, i.flags
      from g join indicator_value i on i.plugin_id = g.id
     where i.plan_id = $1 and i.audience = 'exact' and i.level = $3
       and i.period >= g.first_year::text and i.known_from <= coalesce($2, 'infinity')
       and (not g.closed and not i.sensitive or (g.id, i.territory) in (select o.id, o.territory from own o))
     order by i.plugin_id, i.territory, i.period, i.known_from desc, i.id desc
  ), shown as materialized (
    select c.* from g cross join lateral indicator_protected($1, g.id, $3, $2) c where g.closed
  ), every as materialized (
    select * from cells
    union all
    select g.id, p.territory, p.period, coalesce(c.state, 'suppressed'),
           case when c.id is null then 'small_count' else c.reason end, c.value, c.received, c.expected, coalesce(c.flags, '{}')
      from g
     cross join lateral indicator_cell_places($1, g.id, g.m, $3, $2) p
      left join shown c on c.plugin_id = g.id and c.territory = p.territory and c.period = p.period
     where g.closed and p.period >= g.first_year::text
       and (g.id, p.territory) not in (select o.id, o.territory from own o)
  ), last as (
    select e.plugin_id, coalesce(max(e.period) filter (where e.state = 'value'), max(e.period)) as period
      from every e group by e.plugin_id
  )
  select e.plugin_id, e.territory, e.period, e.state, e.reason, e.value, e.received, e.expected, e.flags, e.period = l.period
    from every e join last l using (plugin_id)
$$;
