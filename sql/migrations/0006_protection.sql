-- Row-level security, the second line behind the server's gate: if a handler
-- ever forgets to ask, the database still answers nothing and takes nothing.
-- Forced, so that it binds the owner too.

-- Plans and all that belongs to them: read with any grant on the plan, written
-- by its coordinator.  Histories are read like their tables and written by
-- triggers alone, which run as the owner.
do $$
declare
  t text;
begin
  foreach t in array array['objective', 'measure', 'measure_link', 'action', 'action_deployment', 'assignment',
                           'milestone', 'blocker', 'evidence', 'budget_line', 'status_report',
                           'status_report_withdrawal', 'indicator_refresh', 'indicator_value'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans()))', t);
  end loop;
  foreach t in array array['objective', 'measure', 'measure_link', 'assignment', 'budget_line'] loop
    execute format('create policy coordinate_insert on %I for insert with check (vigie_coordinates(plan_id))', t);
    execute format('create policy coordinate_update on %I for update using (vigie_coordinates(plan_id))', t);
  end loop;
  foreach t in array array['indicator_refresh', 'indicator_value'] loop
    execute format('create policy compute_insert on %I for insert with check (vigie_service())', t);
    execute format('create policy compute_update on %I for update using (vigie_service())', t);
  end loop;
  foreach t in array array['objective', 'measure', 'measure_link', 'action', 'action_deployment', 'assignment',
                           'milestone', 'blocker', 'evidence', 'budget_line'] loop
    execute format('alter table %I enable row level security', t || '_history');
    execute format('alter table %I force row level security', t || '_history');
    execute format('create policy read on %I for select using'
                   ' ((select vigie_service()) or plan_id in (select vigie_plans()))', t || '_history');
    execute format('create policy keep on %I for insert to %I with check (true)', t || '_history', current_user);
  end loop;
  execute format('create policy keep on plan_history for insert to %I with check (true)', current_user);
end $$;

alter table plan enable row level security;
alter table plan force row level security;
create policy read on plan for select using ((select vigie_service()) or id in (select vigie_plans()));
create policy coordinate on plan for update using (vigie_coordinates(id));
-- A plan comes into being by import, by a command or by somebody who coordinates one already.
create policy begin on plan for insert with check (vigie_service() or exists (
  select 1 from role_grant g where g.person_id = vigie_person() and g.revoked_at is null
     and g.role = 'coordinator'));
alter table plan_history enable row level security;
alter table plan_history force row level security;
create policy read on plan_history for select using ((select vigie_service()) or id in (select vigie_plans()));

-- What contributors may write: reports, the state these set, blockers, milestones, evidence.
create policy report_insert on action for insert with check (vigie_coordinates(plan_id));
create policy report_update on action for update using (vigie_may_report(plan_id, id, null, null));
create policy report_insert on action_deployment for insert with check (vigie_coordinates(plan_id));
create policy report_update on action_deployment for update
  using (vigie_may_report(plan_id, action_id, territory, organisation_id));
create policy report_insert on status_report for insert with check (
  case when deployment_id is null then vigie_may_report(plan_id, action_id, null, null)
       else exists (select 1 from action_deployment d where d.id = deployment_id
                       and vigie_may_report(d.plan_id, d.action_id, d.territory, d.organisation_id)) end);
create policy report_insert on status_report_withdrawal for insert with check (
  exists (select 1 from status_report r left join action_deployment d on d.id = r.deployment_id
           where r.id = report_id
             and vigie_may_report(r.plan_id, r.action_id, d.territory, d.organisation_id)));
create policy report_insert on blocker for insert
  with check (vigie_may_report(plan_id, action_id, territory, organisation_id));
create policy report_update on blocker for update
  using (vigie_may_report(plan_id, action_id, territory, organisation_id));
create policy report_insert on milestone for insert with check (vigie_may_report(plan_id, action_id, null, null));
create policy report_update on milestone for update using (vigie_may_report(plan_id, action_id, null, null));
create policy report_insert on evidence for insert with check (vigie_may_report(plan_id, action_id, null, null));
create policy report_update on evidence for update using (vigie_may_report(plan_id, action_id, null, null));

-- The journal: anybody's acts are written; administrators read all of it, and
-- everybody reads what changed in their plans.
alter table journal enable row level security;
alter table journal force row level security;
create policy keep on journal for insert with check (true);
create policy read on journal for select using (
  (select vigie_service()) or (select vigie_admin()) or plan_id in (select vigie_plans()));

-- People: names are seen by whoever is signed in; changed by administrators and
-- by themselves.  Not forced: the functions that decide who is asking run as the
-- owner and must read these two.
alter table person enable row level security;
create policy read on person for select using ((select vigie_service()) or (select vigie_person()) is not null);
create policy administer_insert on person for insert with check (vigie_admin());
create policy administer_update on person for update using (vigie_admin() or id = vigie_person());
alter table role_grant enable row level security;
create policy read on role_grant for select using (
  vigie_service() or person_id = vigie_person() or vigie_admin()
  or plan_id is not null and vigie_coordinates(plan_id));
create policy administer_insert on role_grant for insert with check (vigie_admin());
create policy administer_update on role_grant for update using (vigie_admin());

alter table idempotency_key enable row level security;
create policy own on idempotency_key using (vigie_service() or person_id = vigie_person());
alter table job enable row level security;
create policy mark on job for insert with check (vigie_service() or plan_id in (select vigie_plans()));
create policy seen on job for select using (vigie_service() or plan_id in (select vigie_plans()));
create policy work on job for delete using (vigie_service());
create policy retry on job for update using (vigie_service());

