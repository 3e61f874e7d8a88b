-- That rows of a publication come with it is asked once a statement, not of each of thousands of rows.

drop trigger publication_open on published_figure;
drop trigger publication_open on published_total;
create or replace function publication_open() returns trigger language plpgsql as $$
begin
  if exists (select n.publication_id, n.plan_id from new_rows n
             except
             select p.id, p.plan_id from publication p where p.published_at = now()) then
    raise exception 'a publication is closed: nothing is added to it' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger publication_open after insert on published_figure referencing new table as new_rows
  for each statement execute function publication_open();
create trigger publication_open after insert on published_total referencing new table as new_rows
  for each statement execute function publication_open();
