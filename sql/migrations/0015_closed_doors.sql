-- What runs as the owner is called by functions that ask who is asking, not by
-- the application's role itself: there it would set anybody's password, unseen.
revoke execute on function credential_keep(bigint, text) from public;
revoke execute on function journal_act(text, text, bigint, bigint, text) from public;

-- Who writes in the journal says so himself, and when it is: functions and
-- triggers of the owner keep the acts of others.
drop policy keep on journal;
do $$
begin
  execute format('create policy keep on journal for insert to %I with check (true)', current_user);
end $$;
create policy say on journal for insert
  with check (at = now() and person_id is not distinct from vigie_person());
