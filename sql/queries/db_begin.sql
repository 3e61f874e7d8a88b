-- Opens the transaction of a use case that reads, decides and writes as one.
begin;
