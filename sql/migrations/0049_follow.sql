-- Following: what a person wants to hear of, and the digest of what moved in it.

-- One row a person and a thing, kept when it is followed no more; `from_at` is since when.  Nobody else sees it.
create table follow (
  id         bigint generated always as identity primary key,
  plan_id    bigint not null references plan,
  person_id  bigint not null references person,
  measure_id bigint,
  action_id  bigint,
  territory  text references territory,
  followed   boolean not null default true,
  from_at    timestamptz not null default now(),
  version    bigint not null default 1,
  foreign key (plan_id, measure_id) references measure (plan_id, id),
  foreign key (plan_id, action_id) references action (plan_id, id),
  constraint follow_one_thing check (num_nonnulls(measure_id, action_id, territory) = 1),
  constraint follow_once unique nulls not distinct (person_id, plan_id, measure_id, action_id, territory)
);
create index on follow (plan_id, measure_id);
create index on follow (plan_id, action_id);
create index on follow (territory);
call allow('update', 'follow');
call track('follow', '(select p.login from person p where p.id = n.person_id)', plan => 'null::bigint');
call keep_versions('follow');

do $$
declare
  t text;
begin
  foreach t in array array['follow', 'follow_history'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy read on %I for select using ((select vigie_service()) or person_id = (select vigie_person()))', t);
  end loop;
  execute format('create policy keep on follow_history for insert to %I with check (true)', current_user);
end $$;
create policy follow_insert on follow for insert
  with check (vigie_service() or person_id = vigie_person() and plan_id in (select vigie_plans()));
create policy follow_update on follow for update
  using (vigie_service() or person_id = vigie_person())
  with check (vigie_service() or person_id = vigie_person() and plan_id in (select vigie_plans()));

-- What can be followed, as addresses name it: kind measure, action or territory, and its number or code.
create function follow_target(plan bigint, kind text, code text, lang text)
returns table (measure_id bigint, action_id bigint, territory text, title text)
language sql stable rows 1 as $$
  select m.id, null::bigint, null::text, in_lang($4, m.title_fr, m.title_en)
    from measure m where $2 = 'measure' and m.plan_id = $1 and m.number = $3
  union all
  select null, a.id, null, in_lang($4, a.title_fr, a.title_en)
    from action a where $2 = 'action' and a.plan_id = $1 and a.number = $3
  union all
  select null, null, t.code, in_lang($4, t.name_fr, t.name_en) from territory t where $2 = 'territory' and t.code = $3
$$;

-- The keys of all that a person follows: a measure stands for its actions, too, and a region for its départements.
create function follow_keys(plan bigint, person bigint) returns table (key text, from_at timestamptz)
language sql stable rows 20 as $$
  with f as materialized (select x.* from follow x where x.plan_id = $1 and x.person_id = $2 and x.followed)
  select 'measure/' || m.number, f.from_at from f join measure m on m.id = f.measure_id
  union all
  select 'action/' || a.number, f.from_at from f join action a on a.measure_id = f.measure_id or a.id = f.action_id
  union all
  select 'territory/' || w.code, f.from_at from f cross join lateral territories_within(f.territory) w (code)
   where f.territory is not null
$$;

-- Under which of these keys a change is found (see plan_moves).
create function move_keys(journal bigint, object text, number text, territory text) returns text[]
language sql stable as $$
  select array_remove(array[
    case when $2 in ('measure', 'measure_link') then 'measure/' || $3
         when $2 not in ('plan', 'objective') then 'action/' || $3 end,
    'territory/' || case when $2 = 'blocker'
      then (select b.territory from journal j join blocker b on b.id = j.object_id where j.id = $1) else $4 end], null)
$$;

-- A digest tells of what moved after `since` up to `until`: the next one begins where it ended.
alter table outbox
  add column since timestamptz,
  add column until timestamptz,
  add constraint outbox_span check ((kind = 'followed') = (since is not null) and (since is null) = (until is null)
                                    and (since is null or until > since));

/*
 * What moved for a person, thing by thing: of each field the value before the first change and after the last.  Texts
 * that people wrote stay where rights are looked at: a mail tells that there are new ones, and no figure.  That something
 * was done is its status.
 */
create function digest_things(plan bigint, person bigint, since timestamptz, until timestamptz, lang text)
returns table (thing json, from_at timestamptz)
language sql stable rows 20 as $$
  with f as materialized (
    select k.key, min(k.from_at) as from_at from follow_keys($1, $2) k group by k.key
  ), m as materialized (
    select x.*, case when x.object in ('measure', 'measure_link') then 'measure' else 'action' end as kind,
           case when x.object in ('blocker', 'milestone', 'evidence') and x.field = 'title' and x.old is null
                  then x.object || '_new'
                when x.object in ('blocker', 'milestone') and x.field in ('closed_on', 'done_on') and x.new <> 'null'
                  then x.object || '_done'
                when x.field in ('deployments', 'withdrawn')
                     or x.object in ('measure', 'action', 'deployment')
                        and x.field in ('status', 'progress', 'confidence', 'due_on', 'lead') then x.field
                else 'other' end as word
      from plan_moves($1, $3, $4, $5) x
     where exists (select 1 from f where f.key = any (move_keys(x.journal_id, x.object, x.number, x.territory))
                                     and x.at > f.from_at)
       and (x.field <> 'done_on' or x.object not in ('action', 'deployment'))
  ), facts as (
    select m.kind, m.number, m.territory, m.organisation, m.word, min(m.at) as first_at, count(*) as n,
           (array_agg(m.old order by m.at, m.journal_id, m.place))[1] as old,
           (array_agg(m.new order by m.at desc, m.journal_id desc, m.place desc))[1] as new
      from m group by m.kind, m.number, m.territory, m.organisation, m.word
  )
  select json_build_object('kind', x.kind, 'number', x.number, 'title', max(w.title),
           'place', (select in_lang($5, t.name_fr, t.name_en) from territory t where t.code = x.territory),
           'organisation', x.organisation,
           'facts', json_agg(json_build_object('word', x.word, 'old', x.old #>> '{}', 'new', x.new #>> '{}', 'n', x.n)
                             order by array_position(array['status', 'progress', 'confidence', 'due_on', 'lead'], x.word),
                                      x.word = 'other', x.word)),
         min(x.first_at)
    from facts x left join lateral follow_target($1, x.kind, x.number, $5) w on true
   group by x.kind, x.number, x.territory, x.organisation
   order by number_key(x.number), x.kind, x.territory nulls first, x.organisation
$$;
