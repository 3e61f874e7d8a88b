-- The territories as the columns of a table, with what each is part of on that day.
-- $1 lang   $2 plan   $3 as_of or null for now   $4 today
select t.code, t.level, in_lang($1, t.name_fr, t.name_en) as name, p.parent, t.population::text as population, t.source
  from (select as_of_day($2::bigint, $3::timestamptz, $4::date) as on_day offset 0) q -- asked once, not for each
 cross join territory t
  left join territory_parent p on p.territory = t.code and holds_on(p, q.on_day)
 order by position(t.level in 'national region department'), t.code;
