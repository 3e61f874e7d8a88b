-- The catalogue of series, as answers show it.
-- $1 lang
select json_build_object('items', coalesce(json_agg(json_build_object(
         'id', s.code, 'name', in_lang($1, s.name_fr, s.name_en), 'name_fr', s.name_fr, 'name_en', s.name_en,
         'unit', json_build_object('id', s.unit, 'name', in_lang($1, s.unit_fr, s.unit_en)), 'whole', s.whole,
         'dimensions', (select coalesce(json_agg(json_build_object(
             'id', d ->> 'id', 'name', in_lang($1, d ->> 'fr', d ->> 'en'), 'derived', d ->> 'derived',
             'members', (select json_agg(json_build_object('id', m ->> 'id', 'name', in_lang($1, m ->> 'fr', m ->> 'en'))
                                         order by j)
                           from jsonb_array_elements(d -> 'members') with ordinality ms (m, j))) order by i), '[]')
           from jsonb_array_elements(s.dimensions) with ordinality ds (d, i)),
         'level', s.level, 'by_organisation', s.by_organisation, 'by_plan', s.by_plan,
         'periodicity', s.periodicity, 'irregular', s.irregular, 'over_territories', s.over_territories,
         'over_time', s.over_time, 'delay_days', s.delay_days, 'sensitive', s.sensitive, 'floor', s.floor,
         'source', in_lang($1, s.source_fr, s.source_en), 'note', in_lang($1, s.note_fr, s.note_en),
         'version', s.version) order by s.position, s.code), '[]'),
       'total', count(*), 'next_cursor', null)::text as body
  from series s;
