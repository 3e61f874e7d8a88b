-- The open sessions of whoever asks, as the answer of the interface.
-- Always one row.
select json_build_object('items', coalesce(json_agg(json_build_object(
         'id', id, 'created_at', instant_json(created_at), 'seen_at', instant_json(seen_at),
         'address', address, 'user_agent', agent, 'current', current)), '[]'),
         'total', count(*), 'next_cursor', null)::text as body
  from session_own();
