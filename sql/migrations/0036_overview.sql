-- What the screens that look across a plan share: places of any level beside each other, the cells that a
-- reader may see of every indicator, and words looked for in everything.

/*
 * Every place of a level with how far its deployments are: `progress` weighs as the plan does.
 * Nobody spoke there: missing; nothing is deployed there: not applicable.
 */
create function plan_places(plan bigint, as_of timestamptz, lang text, on_day date, level text)
returns table (territory text, expected bigint, up_to_date boolean, progress double precision, item json)
language sql stable rows 101 as $$
  with p as materialized (
    select p.* from plan_at($1, $2) p
  ), cells as materialized (
    select t.code, case $5 when 'department' then t.code when 'national' then 'FR' else r.parent end as cell
      from territory t
      left join territory_parent r on r.territory = t.code and $5 = 'region' and holds_on(r, $4)
     where t.level = 'department'
  ), known as (
    select d.action_id, c.cell, d.status, d.progress, d.reported_at
      from action_deployment d join cells c on c.code = d.territory where d.plan_id = $1 and $2 is null
    union all
    select d.action_id, c.cell, h.status, h.progress, h.reported_at
      from action_deployment d join cells c on c.code = d.territory
     cross join lateral (select h.status, h.progress, h.reported_at from action_deployment_history h
                          where h.id = d.id and h.known_from <= $2
                          order by h.known_from desc, h.history_id desc limit 1) h
     where d.plan_id = $1 and $2 is not null
  ), actions as materialized (
    select a.id, a.measure_id, m.weight::double precision as measure_weight, a.weight::double precision as weight,
           coalesce(a.start_on, p.start_on) as start_on, p.stale_after_days, p.time_zone
      from p cross join action_at($1, $2) a join measure_at($1, $2) m on m.id = a.measure_id
  ), deployed as (
    select d.cell, a.measure_id, a.measure_weight, a.weight,
           counted_progress(d.status, d.progress) as counted, d.reported_at,
           is_stale(d.status, (d.reported_at at time zone a.time_zone)::date, a.start_on, a.stale_after_days, $4)
             as stale
      from known d join actions a on a.id = d.action_id
  ), measures as (
    select d.cell, d.measure_weight, count(*) as expected, count(d.reported_at) as reported,
           max(d.reported_at) as last_reported_at, bool_or(d.stale) as stale,
           sum(d.weight * d.counted) / nullif(sum(d.weight) filter (where d.counted is not null), 0) as progress
      from deployed d
     group by d.cell, d.measure_id, d.measure_weight
  ), places as (
    select m.cell, sum(m.expected)::bigint as expected, sum(m.reported)::bigint as reported,
           max(m.last_reported_at) as last_reported_at, bool_or(m.stale) as stale,
           sum(m.measure_weight * m.progress)
           / nullif(sum(m.measure_weight) filter (where m.progress is not null), 0) as progress
      from measures m
     group by m.cell
  )
  select t.code, coalesce(o.expected, 0), coalesce(o.reported > 0 and not o.stale, false),
         case when s.state = 'value' then o.progress end,
         json_build_object(
           'territory', t.code, 'name', in_lang($3, t.name_fr, t.name_en),
           'state', s.state, 'reason', case when s.state = 'missing' then 'not_reported' end,
           'progress', case when s.state = 'value' then o.progress end,
           'reported', coalesce(o.reported, 0), 'expected', coalesce(o.expected, 0),
           'last_reported_at', instant_json(o.last_reported_at))
    from territory t
    left join places o on o.cell = t.code
   cross join lateral (select case when o.expected is null then 'not_applicable'
                                   when o.reported > 0 and o.progress is not null then 'value'
                                   else 'missing' end as state) s
   where t.level = $5
$$;

-- The départements, for those who need no other level.
create or replace function plan_departments(plan bigint, as_of timestamptz, lang text, on_day date)
returns table (territory text, expected bigint, up_to_date boolean, item json)
language sql stable rows 101 as $$
  select p.territory, p.expected, p.up_to_date, p.item from plan_places($1, $2, $3, $4, 'department') p
$$;

/*
 * The latest cells of every published indicator at one level, those of the last two years, as this reader
 * may see them: of one that rests on sensitive counts, those of one's own scope alone, and the others say
 * `suppressed` wherever there could be one.  `newest` marks the last period in which some place has a value.
 */
create function indicator_seen(plan bigint, as_of timestamptz, level text, on_day date)
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
  ), every as materialized (
    select * from cells
    union all
    select g.id, p.territory, p.period, 'suppressed', 'small_count', null, null, null, '{}'
      from g cross join lateral indicator_cell_places($1, g.id, g.m, $3, $2) p
     where g.closed and p.period >= g.first_year::text
       and (g.id, p.territory) not in (select o.id, o.territory from own o)
  ), last as (
    select e.plugin_id, coalesce(max(e.period) filter (where e.state = 'value'), max(e.period)) as period
      from every e group by e.plugin_id
  )
  select e.plugin_id, e.territory, e.period, e.state, e.reason, e.value, e.received, e.expected, e.flags, e.period = l.period
    from every e join last l using (plugin_id)
$$;

-- One cell of those, short.
create function seen_json(state text, reason text, value double precision) returns json
language sql immutable parallel safe as $$
  select json_build_object('state', $1, 'reason', $2, 'value', $3)
$$;

-- The median and the quartiles of numbers; null without any.
create function quartiles_json(numbers double precision[]) returns json
language sql immutable parallel safe as $$
  select case when count(n) > 0 then json_build_object('n', count(n), 'low', min(n),
           'q1', percentile_cont(0.25) within group (order by n), 'median', percentile_cont(0.5) within group (order by n),
           'q3', percentile_cont(0.75) within group (order by n), 'high', max(n)) end
    from unnest($1) n
$$;

-- ------------------------------------------------------------------ words

-- Text as it is searched: stems of both languages, without accents.
create function search_vector(fr text, en text) returns tsvector
language sql immutable parallel safe as $$
  select to_tsvector('french', coalesce(fold_text($1), '')) || to_tsvector('english', coalesce(fold_text($2), ''))
$$;

-- What is looked for: all the words, in either language, the last one perhaps unfinished.  Null: no word.
create function search_query(words text) returns tsquery
language sql immutable parallel safe as $$
  select case when w.begun is null then null
              else websearch_to_tsquery('french', fold_text($1)) || websearch_to_tsquery('english', fold_text($1))
                   || to_tsquery('simple', w.begun) end
    from (select string_agg(w || ':*', ' & ') as begun
            from regexp_split_to_table(fold_text($1), '[^[:alnum:]]+') w where w <> '') w
$$;
