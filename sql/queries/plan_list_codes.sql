-- The plans, as the command line lists them.
-- Gives code, title, counts of measures and actions, version, as text and as JSON.
select p.code, p.title_fr, p.start_on, p.end_on, count(distinct m.id) as measures, count(distinct a.id) as actions,
       p.version, json_build_object('code', p.code, 'title_fr', p.title_fr, 'title_en', p.title_en,
         'start_on', p.start_on, 'end_on', p.end_on, 'measures', count(distinct m.id),
         'actions', count(distinct a.id), 'version', p.version)::text as body
  from plan p left join measure m on m.plan_id = p.id left join action a on a.measure_id = m.id
 group by p.id order by p.start_on, p.code;
