-- The codes of all series, to name the nearest; with their names, as the command line lists them.
-- $1 lang
select s.code, in_lang($1, s.name_fr, s.name_en) as name, in_lang($1, s.unit_fr, s.unit_en) as unit, s.periodicity,
       s.level, s.sensitive
  from series s
 order by s.position, s.code;
