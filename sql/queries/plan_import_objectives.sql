-- Writes objectives, new or changed.
-- $1 plan bigint   $2 jsonb: list of objectives
insert into objective as o (plan_id, number, title_fr, title_en, origin)
select $1::bigint, d.number, d.title_fr, d.title_en, coalesce(d.origin, 'illustrative')
  from jsonb_to_recordset($2::jsonb) as d (number text, title_fr text, title_en text, origin text)
 order by number_key(d.number)
on conflict (plan_id, number) do update set title_fr = excluded.title_fr, title_en = excluded.title_en,
       origin = excluded.origin, version = o.version + 1;
