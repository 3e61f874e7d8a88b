-- Which region each département belongs to, and when.
select p.territory, p.parent, p.from_on, p.to_on
  from territory_parent p join territory r on r.code = p.parent and r.level = 'region'
 order by p.territory, p.from_on;
