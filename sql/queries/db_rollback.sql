-- Ends the transaction of db_begin and keeps nothing.
rollback;
