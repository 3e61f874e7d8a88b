-- Plans: objectives, measures, actions, who carries them, how far they are.
--
-- Every table carries plan_id, so that one policy shape protects them all, and
-- composite keys keep a row and its parent in the same plan.

create table plan (
  id                  bigint generated always as identity primary key,
  code                text not null unique check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  title_fr            text not null check (length(title_fr) between 1 and 300),
  title_en            text check (length(title_en) between 1 and 300),
  lead_id             bigint references organisation,
  start_on            date not null,
  end_on              date not null,
  time_zone           text not null default 'Europe/Paris',
  stale_after_days    integer not null default 45 check (stale_after_days between 1 and 3660),
  expected_objectives integer check (expected_objectives >= 0),
  expected_measures   integer check (expected_measures >= 0),
  expected_actions    integer check (expected_actions >= 0),
  origin_note_fr      text,
  origin_note_en      text,
  sources             text[] not null default '{}',
  archived_at         timestamptz,
  change_reason       text check (length(change_reason) <= 1000),
  version             bigint not null default 1,
  constraint plan_dates check (end_on > start_on)
);
create index on plan (lead_id);
alter table role_grant add foreign key (plan_id) references plan;
alter table job add foreign key (plan_id) references plan;

create table objective (
  id       bigint generated always as identity primary key,
  plan_id  bigint not null references plan,
  number   text not null check (number ~ '^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*$' and length(number) <= 20),
  sort_key text generated always as (number_key(number)) stored,
  title_fr text not null check (length(title_fr) between 1 and 300),
  title_en text check (length(title_en) between 1 and 300),
  origin   text not null default 'illustrative' check (origin in ('published', 'illustrative')),
  version  bigint not null default 1,
  unique (plan_id, number),
  unique (plan_id, id)
);

create table measure (
  id            bigint generated always as identity primary key,
  plan_id       bigint not null references plan,
  objective_id  bigint not null,
  number        text not null check (number ~ '^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*$' and length(number) <= 20),
  sort_key      text generated always as (number_key(number)) stored,
  title_fr      text not null check (length(title_fr) between 1 and 300),
  title_en      text check (length(title_en) between 1 and 300),
  origin        text not null default 'illustrative' check (origin in ('published', 'illustrative')),
  basis         text,
  flagship      boolean not null default false,
  weight        numeric not null default 1 check (weight > 0 and weight <= 1000),
  change_reason text check (length(change_reason) <= 1000),
  version       bigint not null default 1,
  unique (plan_id, number),
  unique (plan_id, id),
  foreign key (plan_id, objective_id) references objective (plan_id, id)
);
create index on measure (plan_id, objective_id);

-- Links between measures of different plans.
create table measure_link (
  id           bigint generated always as identity primary key,
  plan_id      bigint not null references plan,
  measure_id   bigint not null,
  kind         text not null check (kind in ('implements', 'carried_over')),
  other_plan   text not null,
  other_number text,
  note         text,
  version      bigint not null default 1,
  foreign key (plan_id, measure_id) references measure (plan_id, id)
);
create index on measure_link (plan_id, measure_id);

/*
 * The declared state of an action, and of its deployment in one département by
 * one organisation, is the same set of columns with the same rules; late, stale
 * and blocked are derived and have no column.
 */
create table action (
  id              bigint generated always as identity primary key,
  plan_id         bigint not null references plan,
  measure_id      bigint not null,
  number          text not null check (number ~ '^[0-9A-Za-z]+(\.[0-9A-Za-z]+)*$' and length(number) <= 20),
  sort_key        text generated always as (number_key(number)) stored,
  title_fr        text not null check (length(title_fr) between 1 and 300),
  title_en        text check (length(title_en) between 1 and 300),
  origin          text not null default 'illustrative' check (origin in ('published', 'illustrative')),
  level           text not null check (level in ('national', 'department')),
  weight          numeric not null default 1 check (weight > 0 and weight <= 1000),
  deliverable_fr  text,
  deliverable_en  text,
  start_on        date,
  initial_due_on  date,
  due_on          date,
  change_reason   text check (length(change_reason) <= 1000),
  status          text not null default 'not_started'
                  constraint action_status check (status in ('not_started', 'in_progress', 'done', 'on_hold', 'dropped', 'carried_over')),
  progress        smallint constraint action_progress check (progress between 0 and 100),
  confidence      text constraint action_confidence check (confidence in ('secured', 'achievable', 'support_needed', 'compromised')),
  comment         text check (length(comment) <= 4000),
  reason          text check (length(reason) <= 1000),
  done_on         date,
  carried_plan    text,
  carried_measure text,
  reported_at     timestamptz,
  reported_by     bigint references person,
  version         bigint not null default 1,
  unique (plan_id, number),
  unique (plan_id, id),
  foreign key (plan_id, measure_id) references measure (plan_id, id),
  constraint action_dates check (due_on is null or start_on is null or due_on >= start_on),
  constraint action_done_is_100 check ((status = 'done') = (progress is not distinct from 100)),
  constraint action_done_has_day check ((status = 'done') = (done_on is not null)),
  constraint action_not_started_is_0 check (status <> 'not_started' or coalesce(progress, 0) = 0),
  constraint action_confidence_says_why check (confidence is null or comment is not null),
  constraint action_dropped_says_why check (status <> 'dropped' or reason is not null),
  constraint action_carried_says_where check ((status = 'carried_over') = (carried_plan is not null))
);
create index on action (plan_id, measure_id);
create index on action (reported_by);

create table action_deployment (
  id              bigint generated always as identity primary key,
  plan_id         bigint not null references plan,
  action_id       bigint not null,
  territory       text not null references territory,
  organisation_id bigint not null references organisation,
  status          text not null default 'not_started'
                  constraint deployment_status check (status in ('not_started', 'in_progress', 'done', 'on_hold', 'dropped', 'carried_over')),
  progress        smallint constraint deployment_progress check (progress between 0 and 100),
  confidence      text constraint deployment_confidence check (confidence in ('secured', 'achievable', 'support_needed', 'compromised')),
  comment         text check (length(comment) <= 4000),
  reason          text check (length(reason) <= 1000),
  done_on         date,
  carried_plan    text,
  carried_measure text,
  reported_at     timestamptz,
  reported_by     bigint references person,
  version         bigint not null default 1,
  unique (action_id, territory, organisation_id),
  unique (plan_id, id),
  foreign key (plan_id, action_id) references action (plan_id, id),
  constraint deployment_done_is_100 check ((status = 'done') = (progress is not distinct from 100)),
  constraint deployment_done_has_day check ((status = 'done') = (done_on is not null)),
  constraint deployment_not_started_is_0 check (status <> 'not_started' or coalesce(progress, 0) = 0),
  constraint deployment_confidence_says_why check (confidence is null or comment is not null),
  constraint deployment_dropped_says_why check (status <> 'dropped' or reason is not null),
  constraint deployment_carried_says_where check ((status = 'carried_over') = (carried_plan is not null))
);
create index on action_deployment (plan_id, territory);
create index on action_deployment (territory);
create index on action_deployment (organisation_id);
create index on action_deployment (reported_by);

-- Who carries what, from when to when.  Open while until_on is null.
create table assignment (
  id              bigint generated always as identity primary key,
  plan_id         bigint not null references plan,
  measure_id      bigint,
  action_id       bigint,
  organisation_id bigint not null references organisation,
  role            text not null check (role in ('lead', 'co_lead', 'partner')),
  from_on         date not null,
  until_on        date,
  version         bigint not null default 1,
  foreign key (plan_id, measure_id) references measure (plan_id, id),
  foreign key (plan_id, action_id) references action (plan_id, id),
  constraint assignment_one_object check ((measure_id is null) <> (action_id is null)),
  constraint assignment_dates check (until_on is null or until_on >= from_on)
);
create unique index assignment_one_lead_of_measure on assignment (measure_id) where role = 'lead' and until_on is null;
create unique index assignment_one_lead_of_action on assignment (action_id) where role = 'lead' and until_on is null;
create unique index assignment_once on assignment (coalesce(measure_id, 0), coalesce(action_id, 0), organisation_id)
  where until_on is null;
create index on assignment (plan_id);
create index on assignment (organisation_id);
create index on assignment (measure_id);
create index on assignment (action_id);

create table milestone (
  id             bigint generated always as identity primary key,
  plan_id        bigint not null references plan,
  action_id      bigint not null,
  title_fr       text not null check (length(title_fr) between 1 and 300),
  title_en       text check (length(title_en) between 1 and 300),
  initial_due_on date not null,
  due_on         date not null,
  done_on        date,
  change_reason  text check (length(change_reason) <= 1000),
  version        bigint not null default 1,
  constraint milestone_once unique (action_id, title_fr),
  foreign key (plan_id, action_id) references action (plan_id, id)
);
create index on milestone (plan_id, due_on);
create index on milestone (action_id);

create table blocker (
  id               bigint generated always as identity primary key,
  plan_id          bigint not null references plan,
  action_id        bigint not null,
  territory        text references territory,
  organisation_id  bigint references organisation,
  kind             text not null check (kind in ('arbitration', 'resource', 'legal', 'partner', 'technical', 'other')),
  title            text not null check (length(title) between 1 and 300),
  description      text check (length(description) <= 4000),
  decision_needed  text check (length(decision_needed) <= 1000),
  decision_from_id bigint references organisation,
  opened_on        date not null,
  opened_by        bigint references person,
  closed_on        date,
  closed_reason    text check (length(closed_reason) <= 1000),
  version          bigint not null default 1,
  foreign key (plan_id, action_id) references action (plan_id, id),
  constraint blocker_dates check (closed_on is null or closed_on >= opened_on),
  constraint blocker_closed_says_why check ((closed_on is null) = (closed_reason is null))
);
create index on blocker (plan_id) where closed_on is null;
create index on blocker (action_id);
create index on blocker (territory);
create index on blocker (organisation_id);
create index on blocker (decision_from_id);
create index on blocker (opened_by);

create table evidence (
  id         bigint generated always as identity primary key,
  plan_id    bigint not null references plan,
  action_id  bigint not null,
  title      text not null check (length(title) between 1 and 300),
  url        text check (url ~ '^https?://' and length(url) <= 2000),
  file_name  text check (length(file_name) between 1 and 200),
  media_type text,
  bytes      bytea check (octet_length(bytes) <= 10485760),
  sha256     text check (length(sha256) = 64),
  added_at   timestamptz not null default now(),
  added_by   bigint references person,
  version    bigint not null default 1,
  foreign key (plan_id, action_id) references action (plan_id, id),
  constraint evidence_link_or_file check ((url is null) <> (bytes is null)),
  constraint evidence_file_is_named check (bytes is null or (file_name is not null and sha256 is not null and media_type is not null))
);
create index on evidence (plan_id, action_id);
create index on evidence (action_id);
create index on evidence (added_by);

create table budget_line (
  id        bigint generated always as identity primary key,
  plan_id   bigint not null references plan,
  action_id bigint not null,
  funding   text not null default '' check (length(funding) <= 200),
  planned   numeric check (planned >= 0),
  committed numeric check (committed >= 0),
  spent     numeric check (spent >= 0),
  currency  text not null default 'EUR' check (currency ~ '^[A-Z]{3}$'),
  version   bigint not null default 1,
  unique (action_id, funding),
  foreign key (plan_id, action_id) references action (plan_id, id)
);
create index on budget_line (plan_id, action_id);

-- What was declared, when and by whom.  Insert-only; a mistake is withdrawn by
-- another row, never erased.  Both are events, not versioned rows: the state
-- they change is tracked with the action or the deployment.
create table status_report (
  id              bigint generated always as identity primary key,
  plan_id         bigint not null references plan,
  action_id       bigint not null,
  deployment_id   bigint,
  status          text not null,
  progress        smallint,
  confidence      text,
  comment         text,
  reason          text,
  done_on         date,
  carried_plan    text,
  carried_measure text,
  nothing_new     boolean not null default false,
  recorded_at     timestamptz not null default now(),
  person_id       bigint references person,
  request_id      text default current_setting('vigie.request', true),
  unique (plan_id, id),
  foreign key (plan_id, action_id) references action (plan_id, id),
  foreign key (plan_id, deployment_id) references action_deployment (plan_id, id)
);
create index on status_report (action_id, recorded_at desc);
create index on status_report (deployment_id, recorded_at desc);
create index on status_report (plan_id, recorded_at);
create index on status_report (person_id);
create table status_report_withdrawal (
  report_id    bigint primary key,
  plan_id      bigint not null references plan,
  withdrawn_at timestamptz not null default now(),
  person_id    bigint references person,
  reason       text not null check (length(reason) between 1 and 1000),
  foreign key (plan_id, report_id) references status_report (plan_id, id)
);
create index on status_report_withdrawal (plan_id, report_id);
create index on status_report_withdrawal (person_id);

do $$
declare
  t text;
begin
  foreach t in array array['plan', 'objective', 'measure', 'measure_link', 'action', 'action_deployment',
                           'assignment', 'milestone', 'blocker', 'evidence', 'budget_line'] loop
    call allow('update', t);
  end loop;
end $$;

call track('plan', 'n.code', 'n.change_reason', 'n.id');
call track('objective', 'n.number');
call track('measure', 'n.number', 'n.change_reason');
call track('measure_link', '(select m.number from measure m where m.id = n.measure_id)');
call track('action', 'n.number', 'n.change_reason');
call track('action_deployment', '(select a.number || ''/'' || n.territory || ''/'' || o.code'
           ' from action a, organisation o where a.id = n.action_id and o.id = n.organisation_id)');
call track('assignment', 'coalesce((select a.number from action a where a.id = n.action_id),'
           ' (select m.number from measure m where m.id = n.measure_id))');
call track('milestone', '(select a.number from action a where a.id = n.action_id)', 'n.change_reason');
call track('blocker', '(select a.number from action a where a.id = n.action_id)', 'n.closed_reason');
call track('evidence', '(select a.number from action a where a.id = n.action_id)');
call track('budget_line', '(select a.number from action a where a.id = n.action_id)');

/*
 * May the context report on this action (territory null) or on its deployment?
 * Coordinators always; contributors on deployments of their organisation within
 * their territories, and on the action itself when their organisation leads it
 * and their scope is national.
 */
create function vigie_may_report(plan bigint, action bigint, territory text, organisation bigint)
returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  person bigint;
begin
  if vigie_service() then
    return true;
  end if;
  person := vigie_person();
  return exists (
    select 1 from role_grant g
     where g.person_id = person and g.revoked_at is null and g.plan_id = $1
       and (g.role = 'coordinator'
            or g.role = 'contributor' and $3 is not null and g.organisation_id = $4
               and exists (select 1 from unnest(g.territories) s where territory_within($3, s))
            or g.role = 'contributor' and $3 is null and 'FR' = any (g.territories)
               and exists (select 1 from assignment a
                            where a.plan_id = $1 and a.action_id = $2 and a.until_on is null
                              and a.organisation_id = g.organisation_id and a.role in ('lead', 'co_lead'))));
end $$;
