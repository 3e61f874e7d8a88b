-- Which engine (include/engine.h) computed what: a corrected statistic reaches the values that are there.
-- Null: it was not noted yet, which counts as a former one.

-- version_id, engine: of the last good values; failed_version_id, failed_engine: what failed.  The past is computed
-- some periods at a time, the last ones first: `engine_from` is the first period that this engine computed.
alter table indicator_refresh add column engine integer, add column engine_from text, add column failed_engine integer;

-- The engine that kept the cell; one that computes the same again keeps none.
alter table indicator_value add column engine integer;
