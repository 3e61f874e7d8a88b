-- An invented organisation, of the kind of another one.
-- $1 code   $2 code of the other
insert into organisation (code, name_fr, name_en, kind)
select $1, 'Fictif : ' || o.name_fr, 'Fictitious: ' || coalesce(o.name_en, o.name_fr), o.kind
  from organisation o
 where o.code = $2
on conflict (code) do nothing;
