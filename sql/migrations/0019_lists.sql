-- Lists by pages whose rows have codes: the whole answer, for every list that makes its rows first.

/*
 * `keys` sort the rows, `ids` (codes, unique) those with the same key, `items` are the rows as
 * answered.  `list` is as list_page takes it.  Gives {"items", "total", "next_cursor"}.
 */
create function list_document(keys text[], ids text[], items json[], list jsonb) returns text
language plpgsql immutable as $$
declare
  down constant boolean := ($4 ->> 'descending')::boolean;
  size constant integer := ($4 ->> 'limit')::integer;
begin
  return (
    with every as (
      select u.key collate "C" as key, u.id collate "C" as id, u.item from unnest($1, $2, $3) as u (key, id, item)
    ), page as (
      select e.*, row_number() over (order by case when down then e.key end desc, case when not down then e.key end, e.id) as n,
             count(*) over () as left_over
        from every e
       where $4 ->> 'id' is null
          or case when down then e.key < $4 ->> 'key' else e.key > $4 ->> 'key' end
          or (e.key = $4 ->> 'key' and e.id > $4 ->> 'id')
    )
    select json_build_object(
             'items', coalesce(json_agg(p.item order by p.n) filter (where p.n <= size), '[]'),
             'total', coalesce(cardinality($2), 0),
             'next_cursor', max(case when p.n = size and p.left_over > size
               then ($4 ->> 'hash') || encode(convert_to(p.key || chr(31) || p.id, 'UTF8'), 'hex') end))::text
      from page p);
end $$;
