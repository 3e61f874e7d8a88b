-- Whether a plan has invented figures already, and its code.
-- $1 plan bigint
select exists (select 1 from observation_batch b where b.plan_id = p.id and b.via = 'demo') as there, p.code
  from plan p
 where p.id = $1::bigint;
