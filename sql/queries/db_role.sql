-- The role that the connection has.
select current_user;
