-- Reminders: what is to be told to whom, each thing once.

-- One line a message.  `key` is what makes it this message: asked for again, it is there already.  What
-- sends them takes those that are due and pending; until there is one, they are read here.
create table outbox (
  id          bigint generated always as identity primary key,
  plan_id     bigint not null references plan,
  campaign_id bigint not null,
  person_id   bigint not null references person,
  kind        text not null check (kind in ('before', 'soon', 'after', 'escalation')),
  key         text not null constraint outbox_once unique check (length(key) between 1 and 200),
  units       jsonb not null check (jsonb_typeof(units) = 'array'),
  created_at  timestamptz not null default now(),
  foreign key (plan_id, campaign_id) references campaign (plan_id, id)
);
create index on outbox (plan_id, campaign_id);
create index on outbox (person_id);
alter table outbox enable row level security;
alter table outbox force row level security;
create policy read on outbox for select using (
  (select vigie_service()) or vigie_coordinates(plan_id) or person_id = vigie_person());
create policy remind on outbox for insert with check (vigie_coordinates(plan_id));
