-- Lists by pages, and the parts of actions as answers show them.

/*
 * One page of a list.  `keys` and `ids` name its rows; `list` says {"descending",
 * "limit", "hash", "key", "id"}, the last two where the page before ended.  Gives
 * the ids of the page in order, and with its last row where the next one begins.
 */
create function list_page(keys text[], ids bigint[], list jsonb)
returns table (id bigint, n bigint, next text)
language sql immutable rows 50 as $$
  with l as (
    select ($3 ->> 'descending')::boolean as down, ($3 ->> 'limit')::integer as size,
           $3 ->> 'key' as key, ($3 ->> 'id')::bigint as id
  ), every as (
    select u.key collate "C" as key, u.id from unnest($1, $2) as u (key, id)
  ), rest as (
    select e.key, e.id, l.size,
           row_number() over (order by case when l.down then e.key end desc, case when not l.down then e.key end,
                                       case when l.down then e.id end desc, case when not l.down then e.id end) as n,
           count(*) over () as left_over
      from every e, l
     where l.id is null
        or case when l.down then (e.key, e.id) < (l.key collate "C", l.id)
                else (e.key, e.id) > (l.key collate "C", l.id) end
  )
  select r.id, r.n,
         case when r.n = r.size and r.left_over > r.size
              then ($3 ->> 'hash') || encode(convert_to(r.key || chr(31) || r.id, 'UTF8'), 'hex') end
    from rest r
   where r.n <= r.size
$$;

-- A report as the history shows it; withdrawn as known at `as_of`, null means now.
create function report_json(r status_report, as_of timestamptz) returns json
language sql stable as $$
  select json_build_object(
    'id', r.id, 'at', instant_json(r.recorded_at), 'by', person_json(r.person_id),
    'territory', d.territory, 'organisation', o.code,
    'status', r.status, 'progress', r.progress, 'confidence', r.confidence, 'comment', r.comment,
    'reason', r.reason, 'done_on', r.done_on, 'carried_to', carried_json(r.carried_plan, r.carried_measure),
    'nothing_new', r.nothing_new,
    'withdrawn', (select json_build_object('at', instant_json(w.withdrawn_at), 'by', person_json(w.person_id),
                                           'reason', w.reason)
                    from status_report_withdrawal w
                   where w.report_id = r.id and ($2 is null or w.withdrawn_at <= $2)))
    from (values (1)) one
    left join action_deployment d on d.id = r.deployment_id
    left join organisation o on o.id = d.organisation_id
$$;

-- Evidence without its bytes.
create function evidence_json(e evidence) returns json
language sql stable as $$
  select json_build_object(
    'id', e.id, 'title', e.title, 'url', e.url,
    'file', case when e.file_name is not null then json_build_object(
      'name', e.file_name, 'media_type', e.media_type, 'bytes', octet_length(e.bytes), 'sha256', e.sha256) end,
    'added_at', instant_json(e.added_at), 'added_by', person_json(e.added_by), 'version', e.version)
$$;
