-- The latest version of a row, or of a cell, is the first entry of an index, however many there were.
-- What is asked is always the latest by (known_from, history_id): an index without the second leaves the rest to a
-- sort, and the planner, who expects one version, then reads all of them.

do $$
declare
  t text;
begin
  for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relkind = 'r' and c.relname like '%\_history' loop
    execute format('drop index if exists %I', t || '_id_known_from_idx');
    execute format('create index %I on %I (id, known_from desc, history_id desc)', t || '_latest', t);
  end loop;
end $$;

drop index indicator_value_plan_id_plugin_id_dims_territory_period_kno_idx;
create index indicator_value_latest
  on indicator_value (plan_id, plugin_id, dims, territory, period, audience, known_from desc, id desc);

-- Tables whose history begins later have the same index: as in 0001 otherwise.
create or replace procedure track(tbl text, number text, reason text default 'null::text',
                       plan text default 'n.plan_id')
language plpgsql as $p$
declare
  head constant text := $f$
    create function %1$I() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $body$
    begin
      insert into %2$I select n.*, %7$s from new_rows n;
      insert into journal (person_id, request_id, plan_id, act, object, object_id, number, before, after, reason)
  $f$;
  -- Who began first may write last: the versions of a row follow each other in time all the same.
  next_from constant text := format('greatest(now(), (select max(h.known_from) from %I h where h.id = n.id))',
                                    tbl || '_history');
begin
  execute format('create table %I (like %I, known_from timestamptz not null,'
                 ' history_id bigint generated always as identity primary key)', tbl || '_history', tbl);
  execute format('create index on %I (id, known_from desc, history_id desc)', tbl || '_history');
  if plan = 'n.plan_id' then
    execute format('create index on %I (plan_id, known_from)', tbl || '_history');
  end if;
  call deny('insert', tbl || '_history');

  execute format(head || $f$
      select vigie_person(), current_setting('vigie.request', true), %3$s, 'insert', %4$L, n.id, %5$s,
             null, changed('{}', jsonb_strip_nulls(to_jsonb(n))), %6$s
        from new_rows n;
      return null;
    end $body$ $f$, 'track_insert_' || tbl, tbl || '_history', plan, tbl, number, reason, 'now()');
  execute format(head || $f$
      select vigie_person(), current_setting('vigie.request', true), %3$s, 'update', %4$L, n.id, %5$s,
             changed(to_jsonb(n), to_jsonb(o)), changed(to_jsonb(o), to_jsonb(n)), %6$s
        from new_rows n join old_rows o on o.id = n.id;
      return null;
    end $body$ $f$, 'track_update_' || tbl, tbl || '_history', plan, tbl, number, reason, next_from);
  execute format('create trigger track_insert after insert on %I referencing new table as new_rows'
                 ' for each statement execute function %I()', tbl, 'track_insert_' || tbl);
  execute format('create trigger track_update after update on %I'
                 ' referencing old table as old_rows new table as new_rows'
                 ' for each statement execute function %I()', tbl, 'track_update_' || tbl);
end $p$;
