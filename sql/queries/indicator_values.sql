-- The cells of one indicator, by territory and period.  The newest period carries the flag `stale`
-- while its values are not those of the present rows.  Those that rest on a sensitive count are
-- shown in protected form beyond one's own scope, unless they are opened; withheld where there is none.
-- Totals, or instead of them the cells of members of the indicator's own dimensions: a member of which nothing was
-- reported, or in protected form published, has none.
-- No row: no indicator has this code.
-- $1 plan   $2 code   $3 language   $4 as of, null: now   $5 level   $6 territory, null: all
-- $7 first period, null   $8 last period, null   $9 exact: opened
-- $10 members wanted, {profession=police}; {}: all of them; null: totals
with one as materialized (
  select g.id, g.code, v.version, v.metadata as m, indicator_sensitive(v.metadata) and not $9::boolean as closed,
         case when $4::timestamptz is null then indicator_trust($1::bigint, g.id, $3::text) end as trust
    from plugin g join plugin_version v on v.plugin_id = g.id and v.active
   where g.code = $2::text and g.kind = 'indicator'
     and g.state in ('published', 'deprecated', 'quarantined', 'retired')
), own as materialized (
  select o.territory from one, indicator_own($1::bigint, one.m) o (territory) where one.closed
), newest as materialized (
  select max(i.period) as period from indicator_value i, one
   where i.plan_id = $1::bigint and i.plugin_id = one.id and i.dims = '' and i.territory = 'FR' and i.audience = 'exact'
), cells as materialized (
  select distinct on (i.territory, i.period) i.id
    from indicator_value i, one
   where i.plan_id = $1::bigint and i.plugin_id = one.id and i.dims = '' and i.audience = 'exact' and i.level = $5::text
     and $10::text[] is null
     and i.known_from <= coalesce($4::timestamptz, 'infinity')
     and ($6::text is null or i.territory = $6::text)
     and ($7::text is null or i.period >= $7::text)
     and ($8::text is null or left(i.period, length($8::text)) <= $8::text)
     and (not one.closed and not i.sensitive or $9::boolean or i.territory in (select o.territory from own o))
   order by i.territory, i.period, i.known_from desc, i.id desc
), parts as materialized ( -- of members: what this reader may see exact, and else the protected form
  select distinct on (i.territory, i.period, i.dims) i.id
    from indicator_value i, one
   where $10::text[] is not null
     and i.plan_id = $1::bigint and i.plugin_id = one.id and i.dims <> '' and string_to_array(i.dims, ';') @> $10::text[]
     and i.level = $5::text and i.known_from <= coalesce($4::timestamptz, 'infinity')
     and ($6::text is null or i.territory = $6::text)
     and ($7::text is null or i.period >= $7::text)
     and ($8::text is null or left(i.period, length($8::text)) <= $8::text)
     and i.audience = case when one.closed and i.territory not in (select o.territory from own o) then 'protected' else 'exact' end
     and (i.audience = 'protected' or one.closed or not i.sensitive or $9::boolean)
   order by i.territory, i.period, i.dims, i.known_from desc, i.id desc
), shown as (
  select i.territory, i.period, i.dims, cell_json(i, one.trust is not null and i.period = newest.period and i.audience = 'exact') as cell
    from one, newest, parts join indicator_value i on i.id = parts.id
  union all
  select i.territory, i.period, '', cell_json(i, one.trust is not null and i.period = newest.period) as cell
    from one, newest, cells join indicator_value i on i.id = cells.id
  union all
  select p.territory, p.period, '', case when c.id is not null then cell_json(c, false) else
           json_build_object('territory', p.territory, 'period', p.period, 'state', 'suppressed', 'reason', 'small_count',
                             'flags', '{}'::text[]) end
    from one
   cross join lateral indicator_cell_places($1::bigint, one.id, one.m, $5::text, $4::timestamptz) p
    left join indicator_protected($1::bigint, (select o.id from one o), $5::text, $4::timestamptz) c
      on c.territory = p.territory and c.period = p.period
   where one.closed and $10::text[] is null and p.territory not in (select o.territory from own o)
     and ($6::text is null or p.territory = $6::text)
     and ($7::text is null or p.period >= $7::text)
     and ($8::text is null or left(p.period, length($8::text)) <= $8::text)
)
select json_build_object(
         'id', one.code, 'name', in_lang($3::text, one.m #>> '{name,fr}', one.m #>> '{name,en}'),
         'unit', one.m ->> 'unit', 'decimals', (one.m ->> 'decimals')::integer,
         'direction', one.m ->> 'direction', 'kind', one.m ->> 'kind', 'frequency', one.m ->> 'frequency',
         'levels', one.m -> 'levels', 'dims', indicator_dims(one.m, $3::text), 'version', one.version, 'level', $5::text,
         'computed_at', (select instant_json(r.refreshed_at) from indicator_refresh r
                          where r.plan_id = $1::bigint and r.plugin_id = one.id),
         'flags', case when one.trust is null then '{}'::text[] else array['stale'] end, 'stale', one.trust,
         'cells', (select coalesce(json_agg(s.cell order by s.territory, s.period, s.dims), '[]') from shown s))::text as body,
       one.closed
  from one;
