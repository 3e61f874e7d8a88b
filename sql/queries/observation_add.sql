-- Records a batch: what differs from what its source last said, with the journal and a mark for
-- each indicator that the series may move.  The figures are there already (figure_ensure, same transaction).
-- $1 series bigint   $2 plan bigint, null for none   $3 rows jsonb: territory organisation period from_on to_on dims
--   value state reason qualifier source vintage secondary provisional fictitious recorded_at
-- $4 via, as observation_batch; what comes with the program and is there already leaves no batch
with sent as materialized (
  select r.*, figure_key($1::bigint, $2::bigint, r.territory, o.id, r.from_on, r.to_on, r.dims) as key
    from jsonb_to_recordset($3::jsonb) as r (territory text, organisation text, from_on date, to_on date, dims text,
           value numeric, state text, reason text, qualifier text, source text, vintage text, secondary boolean,
           provisional boolean, fictitious boolean, recorded_at timestamptz)
    left join organisation o on o.code = r.organisation
), given as materialized (
  -- offset 0: a probe a row, whatever the planner thinks of a table that it does not know yet
  select s.*, f.id as figure_id
    from sent s
   cross join lateral (select f.id from figure f where f.key = s.key offset 0) f
), compared as materialized (
  select g.*, b.id is not null as known, coalesce(b.rank, case when g.secondary then -1 else 0 end) as rank,
         coalesce(b.state = g.state and b.value is not distinct from g.value and b.reason is not distinct from g.reason
                  and b.qualifier is not distinct from g.qualifier and b.provisional = g.provisional
                  and b.fictitious = g.fictitious, false) as same
    from given g
    left join lateral (
      select x.* from observation x
       where x.figure_id = g.figure_id and x.source = g.source and x.vintage = g.vintage
       order by x.recorded_at desc, x.id desc limit 1) b on true
), counted as (
  select count(*) as rows, count(*) filter (where not known) as new,
         count(*) filter (where known and not same) as revised, count(*) filter (where same) as same,
         coalesce(bool_or(fictitious) filter (where not same), false) as fictitious
    from compared
), batch as (
  insert into observation_batch (series_id, plan_id, via, rows, added, fictitious)
  select $1::bigint, $2::bigint, $4, c.rows, c.new + c.revised, c.fictitious from counted c
   where $4 <> 'seed' or c.new + c.revised > 0
  returning id
), added as (
  insert into observation (figure_id, batch_id, recorded_at, source, vintage, rank, state, value, reason, qualifier,
                           provisional, fictitious)
  select c.figure_id, b.id, coalesce(c.recorded_at, now()), c.source, c.vintage, c.rank, c.state, c.value, c.reason,
         c.qualifier, c.provisional, c.fictitious
    from compared c, batch b
   where not c.same
), told as (
  insert into journal (person_id, request_id, plan_id, act, object, object_id, number, after)
  select vigie_person(), current_setting('vigie.request', true), $2::bigint, 'insert', 'observation_batch', b.id,
         (select s.code from series s where s.id = $1::bigint),
         jsonb_build_object('via', $4::text, 'new', c.new, 'revised', c.revised, 'same', c.same)
    from batch b, counted c
), marked as (
  insert into job (kind, plan_id, plugin_id)
  select 'refresh', p.id, i.id
    from counted c
    join plan p on p.id = $2::bigint or $2::bigint is null and p.archived_at is null
   cross join indicators_of_series((select s.code from series s where s.id = $1::bigint)) i (id)
   where c.new + c.revised > 0
)
select b.id, c.new, c.revised, c.same from counted c left join batch b on true;
