-- Ends the transaction of db_begin and keeps what it did.
commit;
