-- Where a person is written to.
-- $1 person bigint   $2 address or null
-- No row: it was so already.
insert into mailbox as b (person_id, address) values ($1::bigint, $2)
on conflict (person_id) do update set address = excluded.address, version = b.version + 1
 where b.address is distinct from excluded.address
returning id;
