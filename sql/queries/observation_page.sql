-- The figures of a series with what stands for each, one page, by period.
-- $1 series bigint   $2 plan bigint, null for none   $3 as_of or null for now
-- $4 filters jsonb, as observation_rows   $5 exact boolean
-- $6 {"limit", "hash", "key", "id"}: `key` and `id` are where the page before ended
with asked as (
  select ($6::jsonb ->> 'limit')::integer as size,
         $6::jsonb ->> 'key' as key, $6::jsonb ->> 'id' as id
), page as (
  select f.figure as f, f.to_on, f.id, row_number() over (order by f.to_on, f.id) as n
    from asked q
   cross join lateral (
     select f as figure, f.to_on, f.id from figures_asked($1::bigint, $2::bigint, $3::timestamptz, $4::jsonb) f
      where f.to_on >= coalesce(q.key::date, '-infinity')
        and (q.id is null or (f.to_on, f.id) > (q.key::date, q.id::bigint))
      order by f.to_on, f.id
      limit q.size + 1) f
), items as (
  select p.n, json_strip_nulls(json_build_object(
           'territory', (p.f).territory, 'organisation', o.code, 'period', (p.f).period,
           'from_on', (p.f).from_on, 'to_on', (p.f).to_on,
           'dims', dims_json((p.f).dims, case when o.kind in ('police', 'gendarmerie') and s.by_force
                                              then jsonb_build_object('force', o.kind) else '{}' end),
           'state', case when x.seen then (x.o).state else coalesce((y.p).state, 'suppressed') end,
           'value', coalesce((x.o).value, (y.p).value),
           'reason', case when x.seen then (x.o).reason when y.p is null then 'small_count' else (y.p).reason end,
           'qualifier', (x.o).qualifier, 'source', nullif((x.o).source, ''), 'vintage', nullif((x.o).vintage, ''),
           'retained', x.retained,
           'flags', case when x.seen then array_remove(array[
              case when (x.o).provisional then 'provisional' end,
              case when observation_revises(x.o) then 'revised' end,
              case when (x.o).rank < 0 then 'secondary' end,
              case when (x.o).fictitious then 'fictitious' end], null)
            else array_remove(array[
              case when (y.p).provisional then 'provisional' end,
              case when (y.p).fictitious then 'fictitious' end,
              case when (y.p).value > 0 then 'rounded' end], null) end,
           'published_at', instant_json(y.published_at),
           'recorded_at', instant_json((x.o).recorded_at),
           'recorded_by', (select person_json(b.person_id) from observation_batch b
                            where b.id = (x.o).batch_id and b.person_id is not null))) as item,
         (x.o).vintage as vintage, (x.o).source as source
    from asked q, page p
   cross join lateral figure_said(p.f, $3::timestamptz, $4::jsonb ->> 'vintage', $5::boolean) x
    left join lateral figure_published(p.f, $3::timestamptz) y on not x.seen
   cross join (select dimensions @> '[{"id": "force"}]' as by_force from series where id = $1::bigint) s
    left join organisation o on o.id = (p.f).organisation_id
   where p.n <= q.size
)
select json_build_object(
         'items', (select coalesce(json_agg(i.item order by i.n, i.vintage, i.source), '[]') from items i),
         'total', (select count(*)
                     from figures_asked($1::bigint, $2::bigint, $3::timestamptz, $4::jsonb)),
         'next_cursor', (select ($6::jsonb ->> 'hash')
                                || encode(convert_to(p.to_on || chr(31) || p.id, 'UTF8'), 'hex')
                           from page p, asked q
                          where p.n = q.size and exists (select 1 from page z where z.n > q.size))
       )::text as body;
