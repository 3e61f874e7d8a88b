-- Declared done is not verified: who looked, when, and what they found.  And which indicators tell of a measure.

-- What a coordinator found of an action that was declared done, append-only: the last one counts, for as long as the
-- declaration that it speaks of (`declared_at`) is the one that stands.
create table verification (
  id          bigint generated always as identity primary key,
  plan_id     bigint not null references plan,
  action_id   bigint not null,
  declared_at timestamptz not null,
  verified    boolean not null,
  remark      text constraint verification_remark check (remark ~ '\S' and length(remark) <= 1000),
  at          timestamptz not null default now(),
  person_id   bigint references person default vigie_person(),
  request_id  text default current_setting('vigie.request', true),
  foreign key (plan_id, action_id) references action (plan_id, id),
  constraint verification_says_why check (verified or remark is not null)
);
create index on verification (action_id, id desc);
create index on verification (plan_id, action_id);
create index on verification (person_id);

-- Which indicators tell of a measure; a link that was taken away stays, to be read as of a date.
create table measure_indicator (
  id         bigint generated always as identity primary key,
  plan_id    bigint not null references plan,
  measure_id bigint not null,
  plugin_id  bigint not null references plugin,
  linked     boolean not null default true,
  version    bigint not null default 1,
  unique (measure_id, plugin_id),
  foreign key (plan_id, measure_id) references measure (plan_id, id)
);
create index on measure_indicator (plan_id, measure_id);
create index on measure_indicator (plugin_id);
call allow('update', 'measure_indicator');

call track('verification', '(select a.number from action a where a.id = n.action_id)', 'n.remark');
call track('measure_indicator', '(select m.number from measure m where m.id = n.measure_id)');
call keep_versions('measure_indicator');
call readable_as_of('measure_indicator');

do $$
declare
  t text;
begin
  foreach t in array array['verification', 'measure_indicator'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans()))', t);
    execute format('create policy coordinate_insert on %I for insert with check (vigie_coordinates(plan_id))', t);
    execute format('alter table %I enable row level security', t || '_history');
    execute format('alter table %I force row level security', t || '_history');
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans()))', t || '_history');
    execute format('create policy keep on %I for insert to %I with check (true)', t || '_history', current_user);
  end loop;
end $$;
create policy coordinate_update on measure_indicator for update using (vigie_coordinates(plan_id));

create function verification_json(v verification) returns json
language sql stable as $$
  select json_build_object('id', v.id, 'verified', v.verified, 'remark', v.remark, 'at', instant_json(v.at),
                           'by', person_json(v.person_id), 'declared_at', instant_json(v.declared_at))
$$;

-- What stands of an action that is done: {"at", "by", "remark"}, null while nobody verified what was declared.
create function verified_json(action bigint, declared_at timestamptz, as_of timestamptz) returns json
language plpgsql stable as $$
begin
  return (
    select case when v.verified and v.declared_at = $2
                then json_build_object('at', instant_json(v.at), 'by', person_json(v.person_id), 'remark', v.remark) end
      from verification v
     where v.action_id = $1 and ($3 is null or v.at <= $3)
     order by v.id desc limit 1);
end $$;

-- The document of an action says so; its other parts stay as they are.
do $$
declare
  f text;
  source text;
begin
  foreach f in array array['action_document_now', 'action_document_at'] loop
    select pg_get_functiondef(p.oid) into source from pg_proc p where p.proname = f;
    if source not like '%''late'', derived.late, ''stale''%' or source not like '%l.changes + c.changes%' then
      raise exception '% is not as expected', f;
    end if;
    source := replace(source, '''late'', derived.late, ''stale''',
      '''verified'', case when a.status = ''done'' then verified_json(a.id, a.reported_at, $3) end,'
      || E'\n    ''late'', derived.late, ''stale''');
    execute replace(source, 'l.changes + c.changes',
                    'l.changes + (select count(*) from verification v where v.action_id = a.id) + c.changes');
  end loop;
end $$;

create function budget_json(b budget_line) returns json
language sql stable as $$
  select json_build_object('id', b.id, 'funding', b.funding, 'planned', b.planned, 'committed', b.committed,
                           'spent', b.spent, 'currency', b.currency, 'version', b.version)
$$;

-- Is the action costed?  An amount planned says so, zero included.
create function action_costed(action bigint, as_of timestamptz) returns boolean
language plpgsql stable as $$
begin
  return exists (select 1 from budget_line_of($1, $2) b where b.planned is not null);
end $$;
