-- Imports read by a mapper: of several series at once, with the version of the plugin that read them.
alter table import add column mapper_version_id bigint references plugin_version;
create index on import (mapper_version_id);
alter table import drop constraint import_series;
alter table import add constraint import_series check (
  case kind when 'figures' then (series_id is null) <> (mapper_version_id is null)
            else series_id is null and mapper_version_id is null end);
