-- Indicators: plugins, their immutable versions, the cells they gave.

create table plugin (
  id         bigint generated always as identity primary key,
  code       text not null unique check (code ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' and length(code) <= 80),
  kind       text not null check (kind in ('indicator', 'rule', 'mapper', 'alert')),
  state      text not null default 'draft'
             check (state in ('draft', 'review', 'published', 'deprecated', 'retired', 'quarantined')),
  shipped    boolean not null default false,
  -- how the file of a shipped plugin compares with its published version; null when nobody looked
  on_disk    text check (on_disk in ('same', 'modified', 'broken')),
  created_at timestamptz not null default now(),
  created_by bigint references person
);
create index on plugin (created_by);
call allow('update', 'plugin');

create table plugin_version (
  id           bigint generated always as identity primary key,
  plugin_id    bigint not null references plugin,
  version      text not null check (version ~ '^[0-9]+\.[0-9]+\.[0-9]+$'),
  source       text not null check (octet_length(source) <= 65536),
  sha256       text not null check (length(sha256) = 64),
  metadata     jsonb not null,
  active       boolean not null default false,
  published_at timestamptz not null default now(),
  published_by bigint references person,
  unique (plugin_id, version)
);
create unique index plugin_version_one_active on plugin_version (plugin_id) where active;
create index on plugin_version (published_by);
-- Which version is active may change; its text never does.
call allow('update (active)', 'plugin_version');

-- How the last refresh of an indicator went, one row a plan and indicator.  `day` is
-- the day that the values are of: another day, another state of what is due.
-- version_id is the version of the last good values, failed_version_id the one that fails.
create table indicator_refresh (
  plan_id           bigint not null references plan,
  plugin_id         bigint not null references plugin,
  version_id        bigint references plugin_version,
  refreshed_at      timestamptz,
  day               date,
  failed_since      timestamptz,
  failed_version_id bigint references plugin_version,
  failures          integer not null default 0,
  finding           jsonb,
  primary key (plan_id, plugin_id)
);
create index on indicator_refresh (plugin_id);
create index on indicator_refresh (version_id);
create index on indicator_refresh (failed_version_id);
call allow('update', 'indicator_refresh');

-- Cells, append-only: the current one is the latest known.
create table indicator_value (
  id          bigint generated always as identity primary key,
  plan_id     bigint not null references plan,
  plugin_id   bigint not null references plugin,
  version_id  bigint not null references plugin_version,
  audience    text not null default 'exact' check (audience in ('exact', 'protected')),
  level       text not null check (level in ('national', 'region', 'department')),
  territory   text not null references territory,
  period      text not null check (period ~ '^[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$'),
  state       text not null check (state in ('value', 'missing', 'suppressed', 'not_applicable')),
  reason      text,
  reason_text text,
  value       double precision check (value = value and abs(value) < 'infinity'),
  numerator   double precision,
  denominator double precision,
  low         double precision,
  high        double precision,
  extra       jsonb,
  flags       text[] not null default '{}',
  received    integer,
  expected    integer,
  known_from  timestamptz not null default now(),
  constraint indicator_value_state check ((state = 'value') = (value is not null)),
  constraint indicator_value_reason check ((state in ('missing', 'suppressed')) = (reason is not null))
);
create index on indicator_value (plan_id, plugin_id, territory, period, known_from desc);
create index on indicator_value (plugin_id);
create index on indicator_value (version_id);
create index on indicator_value (territory);
