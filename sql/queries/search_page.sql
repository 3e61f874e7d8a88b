-- What in a plan holds these words, the best first, one page: the plan's own parts as this reader may see them,
-- and the reference lists.  A number or a code typed as it is comes first.
-- $1 plan bigint   $2 lang   $3 words   $4 list jsonb, see list_document   $5 kind or null
with q as materialized (
  select search_query($3::text) as wanted, lower(trim($3::text)) as code, $2::text as lang
), found as (
  select 'objective' as kind, 1.1 as weight, o.number as code, o.id::text as id, in_lang(q.lang, o.title_fr, o.title_en) as title,
         null::text as body, null::text as action, null::text as territory, null::text as organisation,
         search_vector(o.title_fr, o.title_en) as words
    from q, objective o where o.plan_id = $1::bigint
  union all
  select 'measure', 1.2, m.number, m.id::text, in_lang(q.lang, m.title_fr, m.title_en), m.basis, null, null, null,
         setweight(search_vector(m.title_fr, m.title_en), 'A') || search_vector(m.basis, null)
    from q, measure m where m.plan_id = $1::bigint
  union all
  select 'action', 1.2, a.number, a.id::text, in_lang(q.lang, a.title_fr, a.title_en), in_lang(q.lang, a.deliverable_fr, a.deliverable_en),
         a.number, null, null, setweight(search_vector(a.title_fr, a.title_en), 'A') || search_vector(a.deliverable_fr, a.deliverable_en)
    from q, action a where a.plan_id = $1::bigint
  union all
  select 'comment', 0.9, null, 'a' || a.id, in_lang(q.lang, a.title_fr, a.title_en), a.comment, a.number, null, null,
         search_vector(a.comment, a.comment)
    from q, action a where a.plan_id = $1::bigint and a.comment is not null
  union all
  select 'comment', 0.8, null, 'd' || d.id, in_lang(q.lang, a.title_fr, a.title_en), d.comment, a.number, d.territory, o.code,
         search_vector(d.comment, d.comment)
    from q, action_deployment d join action a on a.id = d.action_id join organisation o on o.id = d.organisation_id
   where d.plan_id = $1::bigint and d.comment is not null
  union all
  select 'blocker', 1.0, null, b.id::text, b.title, concat_ws(' ', b.description, b.decision_needed), a.number, b.territory, o.code,
         setweight(search_vector(b.title, b.title), 'A') || search_vector(concat_ws(' ', b.description, b.decision_needed), null)
    from q, blocker b join action a on a.id = b.action_id left join organisation o on o.id = b.organisation_id
   where b.plan_id = $1::bigint
  union all
  select 'milestone', 1.0, null, m.id::text, in_lang(q.lang, m.title_fr, m.title_en), null, a.number, null, null,
         search_vector(m.title_fr, m.title_en)
    from q, milestone m join action a on a.id = m.action_id where m.plan_id = $1::bigint
  union all
  select 'evidence', 0.9, null, e.id::text, e.title, null, a.number, null, null, search_vector(e.title, e.title)
    from q, evidence e join action a on a.id = e.action_id where e.plan_id = $1::bigint
  union all
  select 'indicator', 1.2, g.code, g.id::text, in_lang(q.lang, v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'),
         in_lang(q.lang, v.metadata #>> '{summary,fr}', v.metadata #>> '{summary,en}'), null, null, null,
         setweight(search_vector(v.metadata #>> '{name,fr}', v.metadata #>> '{name,en}'), 'A')
         || search_vector(v.metadata #>> '{summary,fr}', v.metadata #>> '{summary,en}')
    from q, plugin g join plugin_version v on v.plugin_id = g.id and v.active
   where g.kind = 'indicator' and g.state in ('published', 'deprecated', 'quarantined')
  union all
  select 'territory', 1.1, t.code, t.code, in_lang(q.lang, t.name_fr, t.name_en), null, null, t.code, null,
         search_vector(t.name_fr, coalesce(t.name_en, t.name_fr))
    from q, territory t
  union all
  select 'organisation', 1.0, o.code, o.id::text, in_lang(q.lang, o.name_fr, o.name_en), null, null, null, o.code,
         search_vector(o.name_fr || ' ' || o.code, coalesce(o.name_en, '') || ' ' || o.code)
    from q, organisation o
), best as materialized (
  select f.*, case when lower(f.code) = q.code then 10 else f.weight * ts_rank_cd(f.words, q.wanted, 1) end as rank
    from q, found f
   where (f.words @@ q.wanted or lower(f.code) = q.code) and ($5::text is null or f.kind = $5::text)
), kinds as (
  select jsonb_object_agg(k.kind, k.n) as counts from (select b.kind, count(*) as n from best b group by b.kind) k
)
select (list_document(array_agg(to_char(least(b.rank, 99), 'FM00.000000')), array_agg(b.kind || ':' || b.id),
          array_agg(json_build_object('kind', b.kind, 'code', b.code, 'title', b.title, 'text', b.body, 'action', b.action,
                                      'territory', b.territory, 'organisation', b.organisation)), $4::jsonb)::jsonb
        || jsonb_build_object('kinds', coalesce((select k.counts from kinds k), '{}'),
             'words', coalesce((select to_jsonb(array_agg(distinct w)) from q, unnest(
                 tsvector_to_array(search_vector($3::text, $3::text))
                 || (select array_agg(x) from regexp_split_to_table(fold_text($3::text), '[^[:alnum:]]+') x where x <> '')) w), '[]')))::text as body
  from best b;
