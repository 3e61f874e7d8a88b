-- A session that was begun before a right was given may have been seen by others when it was worth
-- less: whoever is given a right signs in anew, and has it with a new secret.  A right that somebody
-- takes by his own act, as by importing a plan, is his already.  Tokens, which are made for what
-- they may do, stay.
create function sessions_end() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update session s set revoked_at = now()
   where s.person_id = new.person_id and s.revoked_at is null;
  return null;
end $$;
create trigger sessions_end after insert on role_grant for each row
  when (new.granted_by is distinct from new.person_id) execute function sessions_end();
