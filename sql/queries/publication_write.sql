-- Keeps what one series shows in a publication, in the transaction of publication_add.
-- $1 publication bigint   $2 plan bigint   $3 series bigint   $4 last day of the month
-- $5 figures jsonb: id state value reason provisional fictitious count
-- $6 totals jsonb: territory organisation dims months state value received expected fictitious
-- $7 floor smallint
with figures as (
  insert into published_figure (figure_id, publication_id, plan_id, state, value, reason, floor, provisional,
                                fictitious)
  select r.id, $1::bigint, $2::bigint, r.state, r.value, r.reason, $7::smallint, r.provisional, r.fictitious
    from jsonb_to_recordset($5::jsonb) as r (id bigint, state text, value bigint, reason text, provisional boolean,
                                             fictitious boolean)
  returning 1
), frozen as (
  insert into frozen_count (figure_id, plan_id, value)
  select r.id, $2::bigint, r.count
    from jsonb_to_recordset($5::jsonb) as r (id bigint, count bigint)
   where r.count is not null
), totals as (
  insert into published_total (publication_id, plan_id, series_id, territory, organisation_id, dims, months, to_on, state,
                               value, received, expected, fictitious)
  select $1::bigint, $2::bigint, $3::bigint, r.territory, r.organisation, r.dims, r.months, $4::date, r.state, r.value,
         r.received, r.expected, r.fictitious
    from jsonb_to_recordset($6::jsonb) as r (territory text, organisation bigint, dims text, months smallint, state text,
                                             value bigint, received integer, expected integer, fictitious boolean)
  returning 1
)
select (select count(*) from figures) as figures, (select count(*) from totals) as totals;
