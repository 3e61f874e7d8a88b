-- The last known cell is searched once for each cell that is kept, by indicator_value_latest.  Where statistics were taken
-- before an indicator had a cell, the planner holds that it has next to none and finds them by the indicator alone: every
-- cell was then compared with all those that the same statement had kept before.  No query asks for that index otherwise.
drop index indicator_value_plugin_id_idx;
