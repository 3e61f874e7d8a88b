-- What answers share: languages, instants, who, searches, lists by pages.

-- Title in the reader's language, French where there is no translation.
create function in_lang(lang text, fr text, en text) returns text
language sql immutable parallel safe as $$
  select case when lang = 'en' then coalesce(en, fr) else fr end
$$;

-- An organisation as answers show it: {"code", "name"}.
create function organisation_json(organisation_id bigint, lang text) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('code', o.code, 'name', in_lang($2, o.name_fr, o.name_en))
            from organisation o where o.id = $1);
end $$;

-- A person as answers show them: {"id", "name"}.
create function person_json(person_id bigint) returns json
language plpgsql stable as $$
begin
  return (select json_build_object('id', p.id, 'name', p.name) from person p where p.id = $1);
end $$;

-- An instant as answers write it: 2026-11-21T16:02:11.123456Z.
create function instant_json(at timestamptz) returns text
language sql stable as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Text as searches compare it: small letters, no accents, ligatures as two letters.
create function fold_text(t text) returns text
language sql immutable strict parallel safe as $$
  select replace(replace(replace(lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g')),
                                 'œ', 'oe'), 'æ', 'ae'), '’', '''')
$$;

/*
 * One page of a list.  `keys` and `ids` name its rows; `list` says {"descending",
 * "limit", "hash", "key", "id"}, the last two where the page before ended.  Gives
 * the ids of the page in order, and with its last row where the next one begins.
 */
create function list_page(keys text[], ids bigint[], list jsonb)
returns table (id bigint, n bigint, next text)
language sql immutable rows 50 as $$
  with l as (
    select ($3 ->> 'descending')::boolean as down, ($3 ->> 'limit')::integer as size,
           $3 ->> 'key' as key, ($3 ->> 'id')::bigint as id
  ), every as (
    select u.key collate "C" as key, u.id from unnest($1, $2) as u (key, id)
  ), rest as (
    select e.key, e.id, l.size,
           row_number() over (order by case when l.down then e.key end desc, case when not l.down then e.key end,
                                       case when l.down then e.id end desc, case when not l.down then e.id end) as n,
           count(*) over () as left_over
      from every e, l
     where l.id is null
        or case when l.down then (e.key, e.id) < (l.key collate "C", l.id)
                else (e.key, e.id) > (l.key collate "C", l.id) end
  )
  select r.id, r.n,
         case when r.n = r.size and r.left_over > r.size
              then ($3 ->> 'hash') || encode(convert_to(r.key || chr(31) || r.id, 'UTF8'), 'hex') end
    from rest r
   where r.n <= r.size
$$;
