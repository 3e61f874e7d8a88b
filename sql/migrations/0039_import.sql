-- Imports: what a file would change, told before anything is written, and what was then written of it.

create table import (
  id           bigint generated always as identity primary key,
  plan_id      bigint references plan,
  kind         text not null check (kind in ('plan', 'status', 'figures')),
  series_id    bigint references series,
  file_name    text constraint import_file_name check (length(file_name) between 1 and 255),
  sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  rows         integer not null check (rows between 0 and 10000),
  content      json not null,                   -- the rows as read
  preview      json not null,
  basis        text not null check (basis ~ '^[0-9a-f]{64}$'),  -- of the preview: another one, the data moved
  refused      integer not null check (refused >= 0),           -- cells
  person_id    bigint references person default vigie_person(),
  created_at   timestamptz not null default now(),
  expires_at   timestamptz not null default now() + interval '1 day',
  committed_at timestamptz,
  constraint import_expires_later check (expires_at > created_at),
  constraint import_series check ((kind = 'figures') = (series_id is not null)),
  -- a plan that is new has no id until the import is committed
  constraint import_plan check (plan_id is not null or kind = 'plan' and committed_at is null),
  constraint import_whole check (committed_at is null or refused = 0)
);
create index on import (plan_id);
create index on import (series_id);
create index on import (person_id, expires_at);
call allow('update (plan_id, committed_at), delete', 'import');

-- One's own: what a file holds may be the exact figures of somebody's scope.
alter table import enable row level security;
alter table import force row level security;
create policy read on import for select using (
  (select vigie_service())
  or person_id = (select vigie_person()) and (plan_id is null or plan_id in (select vigie_plans())));
create policy propose on import for insert with check (
  (select vigie_service())
  or person_id = (select vigie_person()) and created_at = now() and committed_at is null
     and (plan_id in (select vigie_plans_as('{coordinator,contributor}'))
          or plan_id is null and exists (select 1 from vigie_plans_as('{coordinator}'))));
create policy write on import for update using (
  (select vigie_service()) or person_id = (select vigie_person()) and committed_at is null)
  with check ((select vigie_service()) or person_id = (select vigie_person()) and committed_at = now());
create policy forget on import for delete using (
  ((select vigie_service()) or person_id = (select vigie_person())) and committed_at is null and expires_at < now());

-- Who begins a plan coordinates it, from its first moment: what he imports with it is then his to write.
create function plan_coordinator() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into role_grant (person_id, role, plan_id, granted_by)
  select p.id, 'coordinator', new.id, p.id from (select vigie_person() as id) p where p.id is not null;
  return null;
end $$;
create trigger plan_coordinator after insert on plan for each row execute function plan_coordinator();
