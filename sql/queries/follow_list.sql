-- What the person who asks follows in a plan.
-- $1 plan bigint   $2 lang   $3 list jsonb, see list_document
with f as (
  select case when x.measure_id is not null then 'measure' when x.action_id is not null then 'action' else 'territory' end as kind,
         coalesce(m.number, a.number, x.territory) as code, x.from_at,
         coalesce(in_lang($2, m.title_fr, m.title_en), in_lang($2, a.title_fr, a.title_en), in_lang($2, t.name_fr, t.name_en)) as title
    from follow x
    left join measure m on m.id = x.measure_id
    left join action a on a.id = x.action_id
    left join territory t on t.code = x.territory
   where x.plan_id = $1::bigint and x.person_id = vigie_person() and x.followed
)
select list_document(array_agg(f.kind || ' ' || number_key(f.code) order by f.kind, f.code),
                     array_agg(f.kind || ' ' || f.code order by f.kind, f.code),
                     array_agg(json_build_object('kind', f.kind, 'code', f.code, 'title', f.title, 'followed', true,
                                                 'from_at', instant_json(f.from_at)) order by f.kind, f.code),
                     $3::jsonb) as body
  from f;
