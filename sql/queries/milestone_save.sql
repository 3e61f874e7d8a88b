-- Changes the fields given of a milestone, if nobody changed it since.
-- $1 milestone bigint   $2 version bigint   $3 fields jsonb: title_fr, title_en, due_on, done_on, reason
-- No row: the version moved on.
update milestone m
   set title_fr = case when f ? 'title_fr' then f ->> 'title_fr' else m.title_fr end,
       title_en = case when f ? 'title_en' then f ->> 'title_en' else m.title_en end,
       due_on   = case when f ? 'due_on' then (f ->> 'due_on')::date else m.due_on end,
       done_on  = case when f ? 'done_on' then (f ->> 'done_on')::date else m.done_on end,
       change_reason = f ->> 'reason', version = m.version + 1
  from (select $3::jsonb as f) given
 where m.id = $1::bigint and m.version = $2::bigint
returning m.id;
