-- Changes an account, unless somebody did since it was read.
-- $1 person bigint   $2 version read   $3 name   $4 lang   $5 disabled boolean; null: as it is
-- $6 whether an address is given boolean   $7 the address that mail goes to, or null
-- One row when it did.
with changed as (
  update person p
     set name = coalesce($3, p.name), lang = coalesce($4, p.lang),
         disabled_at = case when $5::boolean then coalesce(p.disabled_at, now())
                            when not $5::boolean then null else p.disabled_at end,
         version = p.version + 1
   where p.id = $1::bigint and person_version(p) = $2::bigint
  returning p.id
), kept as (
  insert into mailbox as b (person_id, address) select id, $7::text from changed where $6::boolean
  on conflict (person_id) do update set address = excluded.address, version = b.version + 1
   where b.address is distinct from excluded.address
)
select id from changed;
