-- What somebody follows is his own business: its history keeps it, which nobody else reads, and no longer the journal,
-- which administrators read.  What the journal has of it from before stays there and is shown to nobody.

create or replace function track_insert_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into follow_history select n.*, now() from new_rows n;
  return null;
end $$;

create or replace function track_update_follow() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into follow_history
  select n.*, greatest(now(), (select max(h.known_from) from follow_history h where h.id = n.id)) from new_rows n;
  return null;
end $$;

alter policy read on journal using (
  (select vigie_service())
  or object <> 'follow' and ((select vigie_admin()) or plan_id in (select vigie_plans())));

/*
 * What moved for a person, thing by thing: of each field the value before the first change and after the last.  Texts
 * that people wrote stay where rights are looked at: a mail tells that there are new ones, and no figure.  That something
 * was done is its status.  What is again as it was did not move; a thing of which nothing did is left out.
 */
create or replace function digest_things(plan bigint, person bigint, since timestamptz, until timestamptz, lang text)
returns table (thing json, from_at timestamptz)
language sql stable rows 20 as $$
  with f as materialized (
    select k.key, min(k.from_at) as from_at from follow_keys($1, $2) k group by k.key
  ), m as materialized (
    select x.*, case when x.object in ('measure', 'measure_link') then 'measure' else 'action' end as kind,
           case when x.object in ('blocker', 'milestone', 'evidence') and x.field = 'title' and x.old is null
                  then x.object || '_new'
                when x.object in ('blocker', 'milestone') and x.field in ('closed_on', 'done_on') and x.new <> 'null'
                  then x.object || '_done'
                when x.field in ('deployments', 'withdrawn')
                     or x.object in ('measure', 'action', 'deployment')
                        and x.field in ('status', 'progress', 'confidence', 'due_on', 'lead') then x.field
                else 'other' end as word
      from plan_moves($1, $3, $4, $5) x
     where exists (select 1 from f where f.key = any (move_keys(x.journal_id, x.object, x.number, x.territory))
                                     and x.at > f.from_at)
       and (x.field <> 'done_on' or x.object not in ('action', 'deployment'))
  ), facts as (
    select m.kind, m.number, m.territory, m.organisation, m.word, min(m.at) as first_at, count(*) as n,
           (array_agg(m.old order by m.at, m.journal_id, m.place))[1] as old,
           (array_agg(m.new order by m.at desc, m.journal_id desc, m.place desc))[1] as new
      from m group by m.kind, m.number, m.territory, m.organisation, m.word
  )
  select json_build_object('kind', x.kind, 'number', x.number, 'title', max(w.title),
           'place', (select in_lang($5, t.name_fr, t.name_en) from territory t where t.code = x.territory),
           'organisation', x.organisation,
           'facts', json_agg(json_build_object('word', x.word, 'old', x.old #>> '{}', 'new', x.new #>> '{}', 'n', x.n)
                             order by array_position(array['status', 'progress', 'confidence', 'due_on', 'lead'], x.word),
                                      x.word = 'other', x.word)),
         min(x.first_at)
    from facts x left join lateral follow_target($1, x.kind, x.number, $5) w on true
   where x.word not in ('status', 'progress', 'confidence', 'due_on', 'lead')
      or x.old #>> '{}' is distinct from x.new #>> '{}'
   group by x.kind, x.number, x.territory, x.organisation
   order by number_key(x.number), x.kind, x.territory nulls first, x.organisation
$$;
