-- A draft may be returned from review with a reason; its author sees it until the text is put to review again.

create table plugin_return (
  id        bigint generated always as identity primary key,
  plugin_id bigint not null references plugin,
  author_id bigint not null references person,
  sha256    text not null check (length(sha256) = 64),
  at        timestamptz not null default now(),
  person_id bigint references person default vigie_person(),
  reason    text not null check (reason ~ '\S' and length(reason) <= 1000),
  constraint plugin_return_second_person check (person_id <> author_id)
);
create index on plugin_return (plugin_id, at desc);
create index on plugin_return (author_id);
create index on plugin_return (person_id);
call deny('insert', 'plugin_return');
alter table plugin_return enable row level security;
create policy read on plugin_return for select using (
  (select vigie_service()) or author_id = (select vigie_person()) or (select vigie_judges()));

-- Who returned a text keeps the sight of that text, and of nothing that is written after it.
drop policy read on plugin_draft;
create policy read on plugin_draft for select using (
  (select vigie_service()) or author_id = (select vigie_person()) or state <> 'draft' and (select vigie_judges())
  or exists (select 1 from plugin_return r where r.plugin_id = plugin_draft.plugin_id and r.sha256 = plugin_draft.sha256
                and r.at >= plugin_draft.saved_at and r.person_id = (select vigie_person())));

/*
 * Returns the text in review, as the person asking; gives its plugin, null when it changed since it was read.  The
 * owner's: who returns a draft may not see drafts, and so could not write one.
 */
create function plugin_draft_return(plugin bigint, version bigint, reason text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  d plugin_draft;
begin
  if not vigie_judges() then
    raise insufficient_privilege;
  end if;
  update plugin g set state = case when g.state = 'review' then 'draft' else g.state end, change_reason = null
   where g.id = $1 and g.version = $2
     and exists (select 1 from plugin_draft x where x.plugin_id = $1 and x.state = 'review'
                    and x.author_id is distinct from vigie_person());
  if not found then
    return null;
  end if;
  update plugin_draft x
     set state = 'draft', metadata = null, tests = null, review_asked_at = null, approved_at = null, approved_by = null,
         version = x.version + 1
   where x.plugin_id = $1
  returning x.* into d;
  insert into plugin_return (plugin_id, author_id, sha256, reason) values ($1, d.author_id, d.sha256, $3);
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number, reason)
  select vigie_person(), current_setting('vigie.request', true), null, 'return', 'plugin_draft', d.id, g.code, $3
    from plugin g where g.id = $1;
  return $1;
end $$;

create or replace function plugin_draft_json(plugin bigint, whole boolean) returns json
language sql stable as $$
  select json_strip_nulls(json_build_object(
           'state', case when d.approved_by is not null then 'approved' else d.state end,
           'author', person_json(d.author_id), 'mine', d.author_id = vigie_person(), 'sha256', d.sha256,
           'saved_at', instant_json(d.saved_at), 'review_asked_at', instant_json(d.review_asked_at),
           'approved_at', instant_json(d.approved_at), 'approved_by', person_json(d.approved_by),
           'returned', (select json_build_object('at', instant_json(r.at), 'by', person_json(r.person_id), 'reason', r.reason)
                          from plugin_return r
                         where d.state = 'draft' and r.plugin_id = d.plugin_id and r.author_id = d.author_id
                           and r.at > coalesce((select max(v.published_at) from plugin_version v
                                                 where v.plugin_id = d.plugin_id), '-infinity')
                         order by r.at desc, r.id desc limit 1),
           'version', d.metadata ->> 'version', 'tests', case when $2 then d.tests end,
           'metadata', case when $2 then d.metadata end, 'source', case when $2 then d.source end))
    from plugin_draft d
   where d.plugin_id = $1 and d.state <> 'closed'
     and (d.author_id = vigie_person() or d.state = 'review' and vigie_judges()
          or exists (select 1 from plugin_return r where r.plugin_id = d.plugin_id and r.sha256 = d.sha256
                        and r.at >= d.saved_at and r.person_id = vigie_person()))
$$;
