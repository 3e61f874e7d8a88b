-- Disables an account, or enables it again.
-- $1 login   $2 disabled boolean
-- One row when that changed something.
update person set disabled_at = case when $2::boolean then now() end, version = version + 1
 where login = $1 and (disabled_at is not null) <> $2::boolean
returning id;
