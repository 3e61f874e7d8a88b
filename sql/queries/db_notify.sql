-- Tells the other servers that a topic changed.
-- $1 topic: "plan:3", "auth", or "*" for everything
select pg_notify('vigie', $1::text);
