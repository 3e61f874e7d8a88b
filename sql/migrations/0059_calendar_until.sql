-- The address of one's calendar says until when it counts.

drop function calendar_token_mine();

-- That of whoever asks.  No row: none.
create function calendar_token_mine() returns table (created_at timestamptz, used_at timestamptz, expires_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
  select t.created_at, t.used_at, t.expires_at from calendar_token t
   where t.person_id = vigie_person() and t.revoked_at is null and t.expires_at > now()
$$;
