-- The territories as the columns of a table, with what each is part of on that day.
-- $1 lang   $2 day
select t.code, t.level, in_lang($1, t.name_fr, t.name_en) as name, p.parent, t.population::text as population, t.source
  from territory t left join territory_parent p on p.territory = t.code and holds_on(p, $2::date)
 order by position(t.level in 'national region department'), t.code;
