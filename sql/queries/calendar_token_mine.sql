-- Whether the person who asks has a token of the calendar, since when and until when, and when it was last used.
-- Always one row.
select json_build_object('active', t.created_at is not null, 'created_at', instant_json(t.created_at),
                         'used_at', instant_json(t.used_at), 'expires_at', instant_json(t.expires_at))::text as body
  from (select) one left join calendar_token_mine() t on true;
