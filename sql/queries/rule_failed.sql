-- Keeps that a rule failed; what a busy machine may have caused once an hour.
-- $1 version of the plugin bigint   $2 finding jsonb: code, line, fr, en   $3 counts boolean
insert into rule_failure (version_id, finding, counts)
select $1::bigint, $2::jsonb, $3::boolean
 where $3::boolean or not exists (select 1 from rule_failure f
                                   where f.version_id = $1::bigint and f.at > now() - interval '1 hour');
