-- What is declared where the rows of a file point, as one object by their keys.
-- $1 plan bigint   $2 keys jsonb: number, territory or "", organisation or "", key, and carried_plan and carried_measure
--   where the row says where something is carried over to
-- $3 lang
-- Each entry tells what of the key exists (action, organisation, place), and what stands there; `may`: this person may
-- report on it.  One row; archived: nothing may be written any more.
with everywhere as materialized (
  select vigie_coordinates($1::bigint) as yes
), scope as materialized (
  select s.organisation_id, s.territory from vigie_scope() s where s.plan_id = $1::bigint
), given as (
  select k.* from jsonb_to_recordset($2::jsonb)
    as k (key text, number text, territory text, organisation text, carried_plan text, carried_measure text)
), found as (
  select k.key, a.id as action_id, a.level, in_lang($3, a.title_fr, a.title_en) as title, o.id as organisation_id,
         k.territory = '' and k.organisation = '' as itself, d.id as deployment_id,
         case when d.id is null then a.version else d.version end as version,
         case when d.id is null then a.status else d.status end as status,
         case when d.id is null then a.progress else d.progress end as progress,
         case when d.id is null then a.confidence else d.confidence end as confidence,
         case when d.id is null then a.comment else d.comment end as comment,
         case when d.id is null then a.reason else d.reason end as reason,
         case when d.id is null then a.done_on else d.done_on end as done_on,
         case when d.id is null then a.carried_plan else d.carried_plan end as carried_plan,
         case when d.id is null then a.carried_measure else d.carried_measure end as carried_measure,
         case when k.carried_plan is not null then
           (select c.measure from carried_known(k.carried_plan, k.carried_measure) c) end as carried_known,
         (select e.yes from everywhere e)
         or case when k.territory = '' then vigie_may_report($1::bigint, a.id, null, null)
                 else (o.id, k.territory) in (select s.organisation_id, s.territory from scope s) end as may
    from given k
    left join action a on a.plan_id = $1::bigint and a.number = k.number
    left join organisation o on o.code = k.organisation
    left join action_deployment d on d.action_id = a.id and d.territory = k.territory and d.organisation_id = o.id
)
select coalesce(json_object_agg(f.key, json_strip_nulls(json_build_object(
         'action', f.action_id is not null, 'organisation', f.organisation_id is not null,
         'place', f.action_id is not null and (f.itself or f.deployment_id is not null), 'title', f.title, 'may', f.may,
         'carried_known', f.carried_known, 'version', f.version, 'status', f.status, 'progress', f.progress,
         'confidence', f.confidence, 'comment', f.comment, 'reason', f.reason, 'done_on', f.done_on,
         'carried_plan', f.carried_plan, 'carried_measure', f.carried_measure))), '{}')::text as known
  from found f;
