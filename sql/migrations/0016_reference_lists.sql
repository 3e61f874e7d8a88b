-- Reference lists are read by anybody who is signed in, but written only where
-- their use cases write them: organisations by the import of a coordinator or of
-- a command, indicators by the server's own workers.
alter table organisation enable row level security;
create policy read on organisation for select using (true);
create policy import_insert on organisation for insert with check (vigie_service() or exists (
  select 1 from role_grant g where g.person_id = vigie_person() and g.revoked_at is null
     and g.role = 'coordinator'));
create policy import_update on organisation for update using (vigie_service() or exists (
  select 1 from role_grant g where g.person_id = vigie_person() and g.revoked_at is null
     and g.role = 'coordinator'));

do $$
declare
  t text;
begin
  foreach t in array array['plugin', 'plugin_version'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy read on %I for select using (true)', t);
    execute format('create policy compute_insert on %I for insert with check (vigie_service())', t);
    execute format('create policy compute_update on %I for update using (vigie_service())', t);
  end loop;
end $$;

-- Left open on purpose: territories, which only migrations write, and
-- sign_in_attempt, which holds no business and is written while nobody is known.
