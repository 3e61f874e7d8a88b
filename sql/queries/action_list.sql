-- Actions of a plan, filtered, sorted, one page.
-- $1 plan bigint   $2 as_of or null for now   $3 today   $4 lang   $5 filters jsonb, each absent or text:
--   measure objective status lead confidence late blocked stale territory without (lead, cost) q
-- $6 {"sort", "descending", "limit", "hash", "key", "id"}: `key` and `id` are where the page before ended
-- `unknown` names a filter whose code does not exist; the body is then of no use.
with asked as (
  select $1::bigint as plan, $2::timestamptz as as_of, $4::text as lang, $5::jsonb as f,
         $6::jsonb ->> 'sort' as sort, ($6::jsonb ->> 'descending')::boolean as down,
         ($6::jsonb ->> 'limit')::integer as size, as_of_day($1::bigint, $2::timestamptz, $3::date) as day
), every as (
  select (s.a).*, s.late, s.stale, s.blocked, m.number as measure, o.number as objective,
         l.organisation_id as lead_id, lo.code as lead
    from asked q
   cross join lateral action_state(q.plan, q.as_of, q.day) s
    join measure_at($1::bigint, $2::timestamptz) m on m.id = (s.a).measure_id
    join objective_at($1::bigint, $2::timestamptz) o on o.id = m.objective_id
    left join assignment_at($1::bigint, $2::timestamptz) l
      on l.action_id = (s.a).id and l.role = 'lead' and l.until_on is null
    left join organisation lo on lo.id = l.organisation_id
), fits as (
  select e.*, q.lang, q.down, q.size,
         coalesce(case q.sort
           when 'number' then e.sort_key
           when 'title' then fold_text(in_lang(q.lang, e.title_fr, e.title_en))
           when 'measure' then number_key(e.measure)
           when 'lead' then e.lead
           when 'start_on' then to_char(e.start_on, 'YYYY-MM-DD')
           when 'due_on' then to_char(e.due_on, 'YYYY-MM-DD')
           when 'progress' then lpad(e.progress::text, 3, '0')
           when 'status' then position(e.status in 'in_progress not_started on_hold done carried_over dropped')::text
           when 'confidence' then position(e.confidence in 'compromised support_needed achievable secured')::text
           when 'reported_at' then instant_json(e.reported_at)
         end, case when q.down then '' else '~' end) collate "C" as key
    from asked q, every e
   where (q.f ->> 'measure' is null or e.measure = q.f ->> 'measure')
     and (q.f ->> 'objective' is null or e.objective = q.f ->> 'objective')
     and (q.f ->> 'status' is null or e.status = q.f ->> 'status')
     and (q.f ->> 'lead' is null or e.lead = q.f ->> 'lead')
     and (q.f ->> 'confidence' is null or coalesce(e.confidence, 'none') = q.f ->> 'confidence')
     and (q.f ->> 'late' is null or e.late = (q.f ->> 'late')::boolean)
     and (q.f ->> 'stale' is null or e.stale = (q.f ->> 'stale')::boolean)
     and (q.f ->> 'blocked' is null or e.blocked = (q.f ->> 'blocked')::boolean)
     and case q.f ->> 'without' when 'lead' then e.lead_id is null when 'cost' then not action_costed(e.id, q.as_of)
                                else true end
     and (q.f ->> 'territory' is null
          or q.f ->> 'territory' = 'FR' and e.level = 'national'
          or exists (select 1 from action_deployment_of(e.id, q.as_of) d
                      where d.territory in (select territories_within(q.f ->> 'territory'))))
     and (q.f ->> 'q' is null
          or not exists (select 1 from regexp_split_to_table(fold_text(q.f ->> 'q'), '\s+') w
                          where position(w in fold_text(concat_ws(' ', e.number, e.title_fr, e.title_en))) = 0))
), page as (
  select f.*, row_number() over (order by case when f.down then f.key end desc,
                                          case when not f.down then f.key end, f.sort_key collate "C") as n
    from fits f
   where $6::jsonb ->> 'id' is null
      or case when f.down then f.key < $6::jsonb ->> 'key' collate "C"
              else f.key > $6::jsonb ->> 'key' collate "C" end
      or (f.key = $6::jsonb ->> 'key' and f.sort_key > $6::jsonb ->> 'id' collate "C")
)
select json_build_object(
         'items', coalesce(json_agg(json_build_object(
           'number', p.number, 'title', in_lang(p.lang, p.title_fr, p.title_en),
           'title_fr', p.title_fr, 'title_en', p.title_en, 'origin', p.origin,
           'measure', p.measure, 'objective', p.objective, 'level', p.level,
           'lead', organisation_json(p.lead_id, p.lang, $2::timestamptz),
           'start_on', p.start_on, 'initial_due_on', p.initial_due_on, 'due_on', p.due_on, 'done_on', p.done_on,
           'status', p.status, 'progress', p.progress, 'confidence', p.confidence, 'comment', p.comment,
           'late', p.late, 'stale', p.stale, 'blocked', p.blocked,
           'reported_at', instant_json(p.reported_at), 'version', p.version) order by p.n)
           filter (where p.n <= p.size), '[]'),
         'total', (select count(*) from fits),
         'next_cursor', max(case when p.n = p.size and exists (select 1 from page x where x.n > p.size)
           then ($6::jsonb ->> 'hash') || encode(convert_to(p.key || chr(31) || p.sort_key, 'UTF8'), 'hex') end)
       )::text as body,
       (select case
          when q.f ->> 'measure' is not null and not exists (
               select 1 from measure m where m.plan_id = q.plan and m.number = q.f ->> 'measure') then 'measure'
          when q.f ->> 'objective' is not null and not exists (
               select 1 from objective o where o.plan_id = q.plan and o.number = q.f ->> 'objective') then 'objective'
          when q.f ->> 'lead' is not null and not exists (
               select 1 from organisation o where o.code = q.f ->> 'lead') then 'lead'
        end from asked q) as unknown
  from page p;
