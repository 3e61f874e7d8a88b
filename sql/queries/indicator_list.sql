-- The indicators of a plan, each with its latest national cell, one page.  One that rests on sensitive
-- counts is shown here to everybody in protected form, of its last published period; withheld while there is none.
-- Described as in the version in force as of $2, in the unit of the version that the value is from, and fictitious where
-- some figures of the series that this one reads were made up, whatever instant is asked.
-- $1 plan   $2 as of, null: now   $3 language
-- $4 filters jsonb, each absent or text: kind frequency direction level stale measure   $5 list jsonb, see list_document
with every as (
  select g.code, in_lang($3::text, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}') as name,
         v.metadata ->> 'frequency' as frequency, c.period, c.value, json_build_object(
           'id', g.code, 'name', in_lang($3::text, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
           'summary', in_lang($3::text, v.metadata #>> '{summary,fr}', v.metadata #>> '{summary,en}'),
           'unit', m.own ->> 'unit', 'decimals', (m.own ->> 'decimals')::integer,
           'direction', v.metadata ->> 'direction', 'kind', v.metadata ->> 'kind',
           'frequency', v.metadata ->> 'frequency', 'levels', v.metadata -> 'levels', 'version', c.version,
           'period', coalesce(c.period, hidden.period),
           'state', coalesce(c.state, case when hidden.period is not null then 'suppressed' end),
           'reason', coalesce(c.reason, case when c.id is null and hidden.period is not null then 'small_count' end),
           'sentence', c.reason_text,
           'value', c.value, 'numerator', c.numerator, 'denominator', c.denominator, 'extra', c.extra,
           'coverage', json_build_object('received', coalesce(c.received, 0), 'expected', coalesce(c.expected, 0)),
           'flags', coalesce(c.flags, '{}') || case when t.trust is null then '{}' else array['stale'] end,
           'fictitious', indicator_fictitious($1::bigint, m.own),
           'target', null, 'computed_at', instant_json(c.computed_at), 'stale', t.trust) as item
    from plugin g
   cross join lateral plugin_version_at(g.id, $2::timestamptz) v
   cross join lateral (select indicator_sensitive(v.metadata) as closed offset 0) k
    left join lateral (
      select max(p.period) as period from indicator_cell_places($1::bigint, g.id, v.metadata, 'national', $2::timestamptz) p
       where k.closed) hidden on true
   cross join lateral (select case when $2::timestamptz is null then
                                indicator_trust($1::bigint, g.id, $3::text) end as trust) t
    left join lateral (
      select i.*, w.version, w.metadata,
             case when $2::timestamptz is null then coalesce(r.refreshed_at, i.known_from) else i.known_from end
               as computed_at
        from (select n.* from indicator_national($1::bigint, g.id, k.closed, $2::timestamptz) n limit 1) i
        join plugin_version w on w.id = i.version_id
        left join indicator_refresh r on r.plan_id = i.plan_id and r.plugin_id = i.plugin_id) c on true
   cross join lateral (select coalesce(c.metadata, v.metadata) as own) m
   where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
     and ($4::jsonb ->> 'kind' is null or v.metadata ->> 'kind' = $4::jsonb ->> 'kind')
     and ($4::jsonb ->> 'frequency' is null or v.metadata ->> 'frequency' = $4::jsonb ->> 'frequency')
     and ($4::jsonb ->> 'direction' is null or v.metadata ->> 'direction' = $4::jsonb ->> 'direction')
     and ($4::jsonb ->> 'level' is null or v.metadata -> 'levels' ? ($4::jsonb ->> 'level'))
     and ($4::jsonb ->> 'measure' is null or exists (
       select 1 from measure_at($1::bigint, $2::timestamptz) m
         join measure_indicator_at($1::bigint, $2::timestamptz) l on l.measure_id = m.id and l.linked
        where m.number = $4::jsonb ->> 'measure' and l.plugin_id = g.id))
     and ($4::jsonb ->> 'stale' is null or (t.trust is not null) = ($4::jsonb ->> 'stale')::boolean)
)
select list_document(array_agg(coalesce(case $5::jsonb ->> 'sort'
                       when 'name' then fold_text(e.name)
                       when 'frequency' then position(e.frequency in 'month quarter year')::text
                       when 'period' then e.period
                       else e.code end, case when ($5::jsonb ->> 'descending')::boolean then '' else '~' end)),
                     array_agg(e.code), array_agg(e.item), $5::jsonb) as body
  from every e;
