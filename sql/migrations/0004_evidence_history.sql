-- A file of evidence never changes once it is kept: its history and the journal
-- repeat what it is called and its SHA-256, not its bytes.

create function evidence_facts(e evidence) returns jsonb
language sql immutable as $$
  select jsonb_build_object('id', e.id, 'plan_id', e.plan_id, 'action_id', e.action_id, 'title', e.title, 'url', e.url,
                            'file_name', e.file_name, 'media_type', e.media_type, 'sha256', e.sha256,
                            'added_at', e.added_at, 'added_by', e.added_by, 'version', e.version)
$$;

create or replace function track_insert_evidence() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into evidence_history (id, plan_id, action_id, title, url, file_name, media_type, sha256, added_at, added_by,
                                version, known_from)
  select n.id, n.plan_id, n.action_id, n.title, n.url, n.file_name, n.media_type, n.sha256, n.added_at, n.added_by,
         n.version, now()
    from new_rows n;
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number, after)
  select vigie_person(), current_setting('vigie.request', true), n.plan_id, 'insert', 'evidence', n.id,
         (select a.number from action a where a.id = n.action_id),
         changed('{}', jsonb_strip_nulls(evidence_facts(n::evidence)))
    from new_rows n;
  return null;
end $$;

create or replace function track_update_evidence() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into evidence_history (id, plan_id, action_id, title, url, file_name, media_type, sha256, added_at, added_by,
                                version, known_from)
  select n.id, n.plan_id, n.action_id, n.title, n.url, n.file_name, n.media_type, n.sha256, n.added_at, n.added_by,
         n.version, greatest(now(), (select max(h.known_from) from evidence_history h where h.id = n.id))
    from new_rows n;
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number, before, after)
  select vigie_person(), current_setting('vigie.request', true), n.plan_id, 'update', 'evidence', n.id,
         (select a.number from action a where a.id = n.action_id),
         changed(evidence_facts(n::evidence), evidence_facts(o::evidence)),
         changed(evidence_facts(o::evidence), evidence_facts(n::evidence))
    from new_rows n join old_rows o on o.id = n.id;
  return null;
end $$;
