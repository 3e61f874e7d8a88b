-- Where something is carried over to must be there, also in a plan that the person may not read.
create function carried_known(code text, number text) returns table (plan boolean, measure boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  context text := current_setting('vigie.session', true);
begin
  perform set_config('vigie.session', 'service', true);
  select count(p.id) > 0, count(m.id) > 0 into plan, measure
    from plan p left join measure m on m.plan_id = p.id and m.number = $2
   where p.code = $1;
  perform set_config('vigie.session', context, true);
  return next;
end $$;
