-- The organisations as the columns of a table, by the names they had then.
-- $1 lang   $2 as_of or null for now
select o.code, in_lang($1, o.name_fr, o.name_en) as name, o.kind
  from organisations_at($2::timestamptz) o
 order by o.code;
