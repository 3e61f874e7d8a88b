-- What is told to the people of a plan, and what became of it; not what each follows, which is his own business.
-- $1 plan bigint   $2 filters jsonb: state, each absent or text   $3 list jsonb, see list_document
with o as (
  select o.id, o.created_at, outbox_json(o) as item from outbox o where o.plan_id = $1::bigint and o.kind <> 'followed'
)
select list_document(array_agg(instant_json(o.created_at) order by o.id), array_agg(lpad(o.id::text, 18, '0') order by o.id),
                     array_agg(o.item order by o.id), $3::jsonb) as body
  from o where $2::jsonb ->> 'state' is null or o.item ->> 'state' = $2::jsonb ->> 'state';
