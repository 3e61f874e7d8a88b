-- Which of these organisation codes do not exist.
-- $1 jsonb array of codes
select c.code
  from jsonb_array_elements_text($1::jsonb) with ordinality as c (code, n)
 where not exists (select 1 from organisation o where o.code = c.code)
 order by c.n;
