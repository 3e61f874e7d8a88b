-- The life of a plugin: a draft, a review by a second person, versions that never change, an end.

-- Who may write plugins, and who may judge those of others, on whatever plan: a plugin belongs to all.
create function vigie_analyses() returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return vigie_service() or exists (
    select 1 from role_grant g
     where g.person_id = vigie_person() and g.revoked_at is null and g.role = 'analyst');
end $$;
create function vigie_judges() returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return vigie_service() or exists (
    select 1 from role_grant g
     where g.person_id = vigie_person() and g.revoked_at is null and g.role in ('analyst', 'coordinator'));
end $$;

alter table plugin add column version bigint not null default 1;
alter table plugin add column change_reason text check (length(change_reason) <= 1000);
create policy write_insert on plugin for insert with check (vigie_analyses());
create policy write_update on plugin for update using (vigie_judges());

/*
 * The text that is being worked on, one a plugin; `closed` once it is published.  A text that is
 * saved again is no longer approved.  Nobody approves what they wrote.
 */
create table plugin_draft (
  id              bigint generated always as identity primary key,
  plugin_id       bigint not null unique references plugin,
  state           text not null default 'draft' check (state in ('draft', 'review', 'closed')),
  source          text not null check (octet_length(source) <= 65536),
  sha256          text not null check (length(sha256) = 64),
  author_id       bigint not null references person,
  saved_at        timestamptz not null default now(),
  -- what it says of itself and what its tests gave, when it was put to review; null before
  metadata        jsonb,
  tests           jsonb,
  review_asked_at timestamptz,
  approved_at     timestamptz,
  approved_by     bigint references person,
  version         bigint not null default 1,
  constraint plugin_draft_second_person check (approved_by <> author_id),
  constraint plugin_draft_approval check ((approved_by is null) = (approved_at is null)
                                          and (approved_by is null or state <> 'draft')),
  constraint plugin_draft_review check ((metadata is null) = (state = 'draft')
                                        and (review_asked_at is null) = (state = 'draft'))
);
create index on plugin_draft (author_id);
create index on plugin_draft (approved_by);
call allow('update', 'plugin_draft');
alter table plugin_draft enable row level security;
create policy read on plugin_draft for select using (
  (select vigie_service()) or author_id = (select vigie_person()) or state <> 'draft' and (select vigie_judges()));
create policy write_insert on plugin_draft for insert
  with check (vigie_service() or author_id = vigie_person() and vigie_analyses());
-- A text is its author's until it is published; others may approve it, and begin the next one.
create policy write_update on plugin_draft for update
  using (vigie_service() or author_id = vigie_person() or state = 'review' and vigie_judges()
         or state = 'closed' and vigie_analyses())
  with check (vigie_judges());

-- A version comes from an approved draft, whoever asks.
create policy write_insert on plugin_version for insert with check (
  published_by = vigie_person() and vigie_analyses()
  and exists (select 1 from plugin_draft d
               where d.plugin_id = plugin_version.plugin_id and d.sha256 = plugin_version.sha256
                 and d.approved_by is not null and d.approved_by <> d.author_id));
create policy write_update on plugin_version for update using (vigie_analyses());

-- Every change of a plugin counts as a version of what answers show, whichever query made it.
create function plugin_changes() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger plugin_changes before update on plugin for each row execute function plugin_changes();

-- Texts and what is derived from them are in the history; the journal tells them by their SHA-256.
create or replace function changed(a jsonb, b jsonb) returns jsonb
language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(key, value), '{}')
    from jsonb_each(b)
   where key not in ('version', 'sort_key', 'bytes', 'plan_id', 'change_reason', 'source', 'metadata', 'tests')
     and a -> key is distinct from value
$$;
call track('plugin', 'n.code', 'n.change_reason', 'null::bigint');
call track('plugin_draft', '(select p.code from plugin p where p.id = n.plugin_id)', plan => 'null::bigint');
call keep_versions('plugin_draft');
do $$
declare
  t text;
begin
  foreach t in array array['plugin_history', 'plugin_draft_history'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy read on %I for select using ((select vigie_service()))', t);
  end loop;
end $$;

-- The plugins that read the values of this one: a new text must not make a ring, and who retires it must know.
create function plugin_reads(metadata jsonb) returns setof text
language sql immutable as $$
  select distinct split_part(i.value ->> 'id', '@', 1)
    from jsonb_each(case when jsonb_typeof($1 -> 'inputs') = 'object' then $1 -> 'inputs' else '{}' end) i
   where i.value ->> 'kind' = 'indicator_value' and i.value ->> 'id' is not null
$$;
create function plugin_dependants(code text) returns setof plugin
language sql stable as $$
  select g.* from plugin g join plugin_version v on v.plugin_id = g.id and v.active
   where g.state in ('published', 'deprecated', 'quarantined')
     and $1 in (select plugin_reads(v.metadata))
$$;
-- Who writes the next text of a plugin, be it seen or not; null: nobody.
create function plugin_writer(plugin bigint) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select d.author_id from plugin_draft d where d.plugin_id = $1 and d.state <> 'closed'
$$;

-- The draft as answers show it: null unless it is the reader's own or waits for a judgement.
create function plugin_draft_json(plugin bigint, whole boolean) returns json
language sql stable as $$
  select json_strip_nulls(json_build_object(
           'state', case when d.approved_by is not null then 'approved' else d.state end,
           'author', person_json(d.author_id), 'mine', d.author_id = vigie_person(), 'sha256', d.sha256,
           'saved_at', instant_json(d.saved_at), 'review_asked_at', instant_json(d.review_asked_at),
           'approved_at', instant_json(d.approved_at), 'approved_by', person_json(d.approved_by),
           'version', d.metadata ->> 'version', 'tests', case when $2 then d.tests end,
           'metadata', case when $2 then d.metadata end, 'source', case when $2 then d.source end))
    from plugin_draft d
   where d.plugin_id = $1 and d.state <> 'closed'
     and (d.author_id = vigie_person() or d.state = 'review' and vigie_judges())
$$;
