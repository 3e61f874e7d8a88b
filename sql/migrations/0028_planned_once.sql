-- Functions that PostgreSQL planned at every call.
--
-- A function in SQL that cannot be written into the query which calls it is parsed and planned each time:
-- some 50 µs, where its work takes five. In plpgsql the plan is kept. These four are called by every
-- write and by every read of an action.

create or replace function changed(a jsonb, b jsonb) returns jsonb
language plpgsql immutable parallel safe as $$
begin
  return (
    select coalesce(jsonb_object_agg(key, value), '{}')
      from jsonb_each(b)
     where key not in ('version', 'sort_key', 'bytes', 'plan_id', 'change_reason', 'source', 'metadata', 'tests')
       and a -> key is distinct from value);
end $$;

create or replace function territory_within(code text, scope text) returns boolean
language plpgsql stable as $$
begin
  return (
    with recursive up (code) as (
      select $1
      union
      select p.parent from up join territory_parent p on p.territory = up.code and holds_on(p, current_date)
    )
    select exists (select 1 from up where up.code = $2));
end $$;

create or replace function action_disagreement(status text, progress integer, confidence text, late boolean,
                                               blocked boolean, counted bigint, open bigint, begun bigint, mean numeric)
returns text[]
language plpgsql immutable parallel safe as $$
begin
  return nullif(array_remove(array[
    case when status = 'done' and open > 0 then 'done_but_deployments' end,
    case when status = 'done' and blocked then 'done_but_blocked' end,
    case when status in ('not_started', 'in_progress', 'on_hold') and counted > 0 and open = 0
         then 'open_but_deployments' end,
    case when status = 'not_started' and begun > 0 and open > 0 then 'not_started_but_begun' end,
    case when abs(progress - mean) >= 10 then 'progress_differs' end,
    case when confidence = 'secured' and late then 'secured_but_late' end,
    case when confidence = 'secured' and blocked and status <> 'done' then 'secured_but_blocked' end
  ], null), '{}');
end $$;

-- json_build_object is stable: what calls it and says less of itself is written into no query.
alter function by_status(bigint, bigint, bigint, bigint, bigint, bigint) stable;
