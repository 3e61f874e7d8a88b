-- How many plans wait for a refresh, for the metrics, and whether one is due now.
select count(distinct plan_id) as plans,
       coalesce(bool_or(not_before <= clock_timestamp()), false) as due
  from job where kind in ('refresh', 'later') and plan_id is not null;
