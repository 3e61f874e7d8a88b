-- Begins the import of a plan: one import of a plan at a time, until the transaction ends.
-- $1 plan code   $2 time zone of the document or null
-- Gives person (null when nobody is known), zone_known, and known: the organisations
-- and territories that the rules compare with.
select vigie_person() as person,
       coalesce($2 = 'Europe/Paris', true) or exists (select 1 from pg_timezone_names where name = $2) as zone_known,
       json_build_object(
         'organisations', coalesce((select json_object_agg(code, json_strip_nulls(json_build_object('code', code,
             'name_fr', name_fr, 'name_en', name_en, 'kind', kind))) from organisation), '{}'),
         'territories', (select json_object_agg(t.code, json_build_array(t.level, p.parent) order by t.code)
             from territory t
             left join territory_parent p on p.territory = t.code and holds_on(p, current_date)))::text as known
  from (select pg_advisory_xact_lock(hashtext('plan import'), hashtext($1))) locked;
