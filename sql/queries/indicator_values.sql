-- The cells of one indicator, by territory and period.  The newest period carries the flag `stale`
-- while its values are not those of the present rows.  Those that rest on a sensitive count are
-- shown in protected form beyond one's own scope, unless they are opened; withheld where there is none.
-- Totals, or instead of them the cells of members of the indicator's own dimensions: a member of which nothing was
-- reported, or in protected form published, has none.
-- The description is that of the version in force as of $4; a cell of another one says so.  Fictitious where some figures
-- of the series that either of them reads were made up, whatever instant is asked.
-- Beside the body: whether what it says may be seen in protected form alone, by this version or by the present one.
-- No row: no indicator has this code.
-- $1 plan   $2 code   $3 language   $4 as of, null: now   $5 level   $6 territory, null: all
-- $7 first period, null   $8 last period, null   $9 exact: opened
-- $10 members wanted, {profession=police}; {}: all of them; null: totals
with one as materialized (
  select g.id, g.code, v.id as version_id, v.version, v.active, v.metadata as m,
         indicator_sensitive(v.metadata) and not $9::boolean as closed,
         case when $4::timestamptz is null then indicator_trust($1::bigint, g.id, $3::text) end as trust
    from plugin g cross join lateral plugin_version_at(g.id, $4::timestamptz) v
   where g.code = $2::text and g.kind = 'indicator'
     and g.state in ('published', 'deprecated', 'quarantined', 'retired')
), own as materialized (
  select o.territory from one, indicator_own($1::bigint, one.m) o (territory) where one.closed
), newest as materialized (
  select max(c.period) as period from indicator_cell c, one
   where c.plan_id = $1::bigint and c.plugin_id = one.id and c.audience = 'exact' and c.level = 'national' and c.dims = ''
     and c.territory = 'FR'
), cells as materialized (
  select distinct 'exact' as audience, c.dims, c.territory, c.period
    from indicator_cell c, one
   where $10::text[] is null
     and c.plan_id = $1::bigint and c.plugin_id = one.id and c.audience = 'exact' and c.level = $5::text and c.dims = ''
     and ($6::text is null or c.territory = $6::text)
     and ($7::text is null or c.period >= $7::text)
     and ($8::text is null or left(c.period, length($8::text)) <= $8::text)
     and (not one.closed and not c.sensitive or $9::boolean or c.territory in (select o.territory from own o))
  union all -- of members: what this reader may see exact, and else the protected form
  select distinct c.audience, c.dims, c.territory, c.period
    from indicator_cell c, one
   where $10::text[] is not null
     and c.plan_id = $1::bigint and c.plugin_id = one.id and c.level = $5::text
     and c.dims <> '' and string_to_array(c.dims, ';') @> $10::text[]
     and ($6::text is null or c.territory = $6::text)
     and ($7::text is null or c.period >= $7::text)
     and ($8::text is null or left(c.period, length($8::text)) <= $8::text)
     and c.audience = case when one.closed and c.territory not in (select o.territory from own o) then 'protected' else 'exact' end
), shown as (
  select i.territory, i.period, i.dims, i.version_id,
         cell_json(i, one.trust is not null and i.period = newest.period and i.audience = 'exact') as cell
    from one cross join newest cross join cells c
   cross join lateral indicator_version($1::bigint, one.id, c.audience, c.dims, c.territory, c.period,
                                        c.audience = 'exact' and not one.closed and not $9::boolean, $4::timestamptz) i
    -- one of another version may rest on other series, in which the place is not one's own alone
   where i.version_id = one.version_id or not one.closed or not i.sensitive or i.audience = 'protected'
      or exists (select 1 from plugin_version w cross join lateral indicator_own($1::bigint, w.metadata) o (territory)
                  where w.id = i.version_id and o.territory = i.territory)
  union all
  select p.territory, p.period, '', coalesce(c.version_id, one.version_id), case when c.id is not null then cell_json(c, false) else
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
         'levels', one.m -> 'levels', 'chart', one.m -> 'chart', 'dims', indicator_dims(one.m, $3::text), 'version', one.version, 'level', $5::text,
         'breaks', indicator_breaks($1::bigint, one.id, $4::timestamptz, $3::text),
         'computed_at', (select instant_json(r.refreshed_at) from indicator_refresh r
                          where one.active and r.plan_id = $1::bigint and r.plugin_id = one.id),
         'flags', case when one.trust is null then '{}'::text[] else array['stale'] end, 'stale', one.trust,
         'fictitious', exists (select 1 from (select one.version_id union select s.version_id from shown s) u (id)
                                 join plugin_version w on w.id = u.id
                                where indicator_fictitious($1::bigint, w.metadata)),
         'cells', (select coalesce(json_agg(
                      case when s.version_id = one.version_id then s.cell
                           else (s.cell::jsonb || jsonb_build_object('version', (
                                  select w.version from plugin_version w where w.id = s.version_id)))::json end
                      order by s.territory, s.period, s.dims), '[]') from shown s))::text as body,
       one.closed or not $9::boolean and (select indicator_sensitive(v.metadata) from plugin_version v
                                           where v.plugin_id = one.id and v.active) as closed
  from one;
