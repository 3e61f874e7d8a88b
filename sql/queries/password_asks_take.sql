-- Puts into the outbox the passwords that were asked for.
-- One row: how many.
select password_asks_take();
