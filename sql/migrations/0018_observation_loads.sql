-- What workers keep of observations in memory, and how they learn what came since.

-- The transaction that recorded a batch.  Identity numbers and instants are given before a
-- transaction commits, so that a slow one can appear below what was read already; a snapshot
-- knows which transactions it has not seen, and the next read asks for exactly these.
alter table observation_batch add column xid xid8 not null default '0';
alter table observation_batch alter column xid set default pg_current_xact_id();
create index observation_batch_xid on observation_batch (series_id, plan_id, xid);
create index on observation (batch_id);
