-- Brings the catalogue of series to what the document says: texts follow it, and so does the meaning
-- (unit, dimensions, level…) of a series that has no figure yet.  A series that the document leaves
-- out stays.  Indicators that rest on a series whose floor changes are marked to be computed again.
-- $1 document jsonb, as plugins/series.json
-- One row a series that cannot follow, since figures were recorded with its earlier meaning; nothing
-- is then written.  No row: all is as the document says.
with given as materialized (
  select s ->> 'id' as code, e.at::smallint as position,
         s #>> '{name,fr}' as name_fr, s #>> '{name,en}' as name_en,
         s #>> '{unit,id}' as unit, s #>> '{unit,fr}' as unit_fr, s #>> '{unit,en}' as unit_en,
         (s ->> 'whole')::boolean as whole,
         (select coalesce(jsonb_agg(d order by n.at), '[]')
            from jsonb_array_elements_text(s -> 'dimensions') with ordinality n (id, at)
            join jsonb_array_elements($1::jsonb -> 'dimensions') d on d ->> 'id' = n.id) as dimensions,
         s ->> 'level' as level, (s ->> 'by_organisation')::boolean as by_organisation,
         (s ->> 'by_plan')::boolean as by_plan, s ->> 'periodicity' as periodicity,
         (s ->> 'irregular')::boolean as irregular, s ->> 'over_territories' as over_territories,
         s ->> 'over_time' as over_time, (s ->> 'delay_days')::integer as delay_days,
         (s ->> 'sensitive')::boolean as sensitive, (s ->> 'floor')::smallint as floor,
         s #>> '{source,fr}' as source_fr, s #>> '{source,en}' as source_en,
         s #>> '{note,fr}' as note_fr, s #>> '{note,en}' as note_en
    from jsonb_array_elements($1::jsonb -> 'series') with ordinality as e (s, at)
), refused as materialized (
  select g.code
    from given g join series s on s.code = g.code
   where ((g.unit, g.whole, g.level, g.by_organisation, g.by_plan, g.periodicity, g.irregular, g.over_territories,
           g.over_time, g.sensitive)
          is distinct from
          (s.unit, s.whole, s.level, s.by_organisation, s.by_plan, s.periodicity, s.irregular, s.over_territories,
           s.over_time, s.sensitive)
          or not dimensions_kept(s.dimensions, g.dimensions))
     and exists (select 1 from figure f where f.series_id = s.id)
), saved as (
  insert into series as s (code, position, name_fr, name_en, unit, unit_fr, unit_en, whole, dimensions, level,
                           by_organisation, by_plan, periodicity, irregular, over_territories, over_time,
                           delay_days, sensitive, floor, source_fr, source_en, note_fr, note_en)
  select g.* from given g where not exists (select 1 from refused)
  on conflict (code) do update
     set position = excluded.position, name_fr = excluded.name_fr, name_en = excluded.name_en,
         unit = excluded.unit, unit_fr = excluded.unit_fr, unit_en = excluded.unit_en, whole = excluded.whole,
         dimensions = excluded.dimensions, level = excluded.level, by_organisation = excluded.by_organisation,
         by_plan = excluded.by_plan, periodicity = excluded.periodicity, irregular = excluded.irregular,
         over_territories = excluded.over_territories, over_time = excluded.over_time,
         delay_days = excluded.delay_days, sensitive = excluded.sensitive, floor = excluded.floor,
         source_fr = excluded.source_fr, source_en = excluded.source_en, note_fr = excluded.note_fr,
         note_en = excluded.note_en, version = s.version + 1
   where to_jsonb(s) - 'id' - 'version' is distinct from to_jsonb(excluded) - 'id' - 'version'
), marked as (
  -- a floor that changes moves what the protected forms of indicators show, of those that read a former major version, too
  insert into job (kind, plan_id, plugin_id)
  select distinct 'refresh', p.id, i.id
    from given g join series s on s.code = g.code and s.floor is distinct from g.floor
   cross join lateral (
           select indicators_of_series(s.code)
            union
           select v.plugin_id from plugin_version v
            where v.active and exists (
                  select 1 from indicator_texts(v.metadata) t
                   cross join lateral jsonb_each(case when jsonb_typeof(t.metadata -> 'inputs') = 'object' then t.metadata -> 'inputs' else '{}' end) n
                   where n.value ->> 'kind' = 'series' and n.value ->> 'id' = s.code)) i (id)
    join plan p on p.archived_at is null
   where not exists (select 1 from refused)
)
select code from refused order by code;
