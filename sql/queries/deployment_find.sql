-- One deployment as a write must know it, and whether this person may report on it.
-- $1 plan bigint   $2 action bigint   $3 territory   $4 organisation code
-- Always one row: `id` is null when the action is not deployed there; `place` and
-- `organisation_id` are null when the codes exist nowhere.
select t.code as place, t.level, o.id as organisation_id, d.id, d.version,
       d.status, d.progress, d.confidence, d.comment, d.reason, d.done_on, d.carried_plan, d.carried_measure,
       coalesce(vigie_may_report($1::bigint, $2::bigint, t.code, o.id), false) as may
  from (values (1)) one
  left join territory t on t.code = $3
  left join organisation o on o.code = $4
  left join action_deployment d on d.action_id = $2::bigint and d.territory = t.code and d.organisation_id = o.id;
