-- Writes organisations, new or renamed.
-- $1 jsonb: list of organisations
insert into organisation as o (code, name_fr, name_en, kind)
select d.code, d.name_fr, d.name_en, d.kind
  from jsonb_to_recordset($1::jsonb) as d (code text, name_fr text, name_en text, kind text)
on conflict (code) do update set name_fr = excluded.name_fr, name_en = excluded.name_en, kind = excluded.kind,
       version = o.version + 1;
