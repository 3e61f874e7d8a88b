-- One action as answers show it, read in one statement.

/*
 * One action as GET …/actions/{number} answers it, each of its parts read once:
 * action_document_now as it is, action_document_at as it was known at `as_of`,
 * which is null in the first.  One text makes both, since what is now can be
 * read from the tables themselves, by one plan without a function a part.
 * `texts` has a sentence for each code of action_disagreement; `changes` is how
 * often the parts changed, which its ETag needs beside its own version.
 */
drop function action_document(bigint, text, timestamptz, date, text, jsonb);
do $p$
declare
  document constant text := $f$
create function %1$I(plan bigint, number text, as_of timestamptz, today date, lang text, texts jsonb)
returns table (version bigint, changes bigint, body text)
language sql stable rows 1 as $body$
  select a.version, d.changes + b.changes + s.changes + l.changes + c.changes + coalesce(w.changes, 0),
         json_build_object(
    'number', a.number, 'measure', m.measure, 'objective', m.objective, 'level', a.level,
    'title', in_lang(lang, a.title_fr, a.title_en), 'title_fr', a.title_fr, 'title_en', a.title_en,
    'origin', a.origin, 'weight', a.weight,
    'lead', c.lead -> 0, 'co_leads', coalesce(c.co_leads, '[]'), 'partners', coalesce(c.partners, '[]'),
    'start_on', a.start_on, 'initial_due_on', a.initial_due_on, 'due_on', a.due_on, 'done_on', a.done_on,
    'deliverable', in_lang(lang, a.deliverable_fr, a.deliverable_en),
    'deliverable_fr', a.deliverable_fr, 'deliverable_en', a.deliverable_en,
    'status', a.status, 'progress', a.progress, 'confidence', a.confidence, 'comment', a.comment,
    'reason', a.reason, 'carried_to', carried_json(a.carried_plan, a.carried_measure),
    'reported_at', instant_json(a.reported_at), 'reported_by', w.item,
    'late', derived.late, 'stale', derived.stale, 'blocked', b.blocked,
    'disagreement', case when codes is not null then json_build_object(
      'codes', codes,
      'declared', json_build_object('status', a.status, 'progress', a.progress, 'confidence', a.confidence),
      'derived', json_build_object('progress', d.mean, 'late', derived.late, 'blocked', b.blocked,
                                   'deployments', json_build_object('total', d.counted, 'open', d.open)),
      'detail', (select string_agg(texts ->> code, ' ' order by n) from unnest(codes) with ordinality as u (code, n))) end,
    'blockers', b.items, 'milestones', s.items,
    'deployments', json_build_object('total', d.total, 'by_status', d.by_status, 'progress', d.mean),
    'budget', json_build_object('planned', case when l.currencies < 2 then l.planned end,
                                'committed', case when l.currencies < 2 then l.committed end,
                                'spent', case when l.currencies < 2 then l.spent end,
                                'currency', l.currency, 'costed', l.costed),
    'version', a.version)::text
    from %2$s a
   cross join lateral (%9$s) p
   cross join lateral (%3$s) m
    left join lateral (
      select json_build_object('id', t.id, 'name', t.name) as item, t.version - 1 as changes
        from person t where t.id = a.reported_by) w on true
   cross join lateral (
      select json_agg(r.item order by r.code) filter (where r.role = 'lead') as lead,
             json_agg(r.item order by r.code) filter (where r.role = 'co_lead') as co_leads,
             json_agg(r.item order by r.code) filter (where r.role = 'partner') as partners,
             coalesce(sum(r.changes), 0)::bigint as changes
        from (select r.role, org.code, org.version - 1 as changes,
                     case when $3 is null
                          then json_build_object('code', org.code, 'name', in_lang(lang, org.name_fr, org.name_en))
                          else organisation_json(org.id, lang, $3) end as item
                from %4$s r join organisation org on org.id = r.organisation_id
               where r.action_id = a.id and r.until_on is null) r) c
   cross join lateral (
      -- added up by status first: an action may be deployed in two hundred places
      select coalesce(sum(g.n), 0) as total,
             by_status(coalesce(sum(g.n) filter (where g.status = 'not_started'), 0),
                       coalesce(sum(g.n) filter (where g.status = 'in_progress'), 0),
                       coalesce(sum(g.n) filter (where g.status = 'done'), 0),
                       coalesce(sum(g.n) filter (where g.status = 'on_hold'), 0),
                       coalesce(sum(g.n) filter (where g.status = 'dropped'), 0),
                       coalesce(sum(g.n) filter (where g.status = 'carried_over'), 0)) as by_status,
             coalesce(sum(g.n) filter (where g.status not in ('dropped', 'carried_over')), 0) as counted,
             coalesce(sum(g.n) filter (where g.status in ('not_started', 'in_progress', 'on_hold')), 0) as open,
             coalesce(sum(g.n) filter (where g.status <> 'not_started'), 0) as begun,
             sum(g.progress) filter (where g.status not in ('dropped', 'carried_over'))
             / nullif(sum(g.known) filter (where g.status not in ('dropped', 'carried_over')), 0) as mean,
             coalesce(sum(g.changes), 0)::bigint as changes
        from (select t.status, count(*)::integer as n, sum(t.progress) as progress, count(t.progress) as known,
                     sum(t.version - 1) as changes
                from %5$s t
               where t.action_id = a.id
               group by t.status) g) d
   cross join lateral (
      select coalesce(json_agg(blocker_json(t, lang, $3) order by t.opened_on, t.id) filter (where t.closed_on is null),
                      '[]') as items,
             coalesce(bool_or(t.closed_on is null), false) as blocked,
             coalesce(sum(blocker_changes(t)), 0)::bigint as changes
        from %6$s t
       where t.action_id = a.id) b
   cross join lateral (
      select coalesce(json_agg(milestone_json(t, lang) order by t.due_on, t.id), '[]') as items,
             coalesce(sum(t.version), 0)::bigint as changes
        from %7$s t
       where t.action_id = a.id) s
   cross join lateral (
      -- money given in several currencies is not added up
      select count(distinct t.currency) as currencies, sum(t.planned) as planned, sum(t.committed) as committed,
             sum(t.spent) as spent, coalesce(min(t.currency), 'EUR') as currency,
             coalesce(bool_or(t.planned is not null), false) as costed,
             coalesce(sum(t.version), 0)::bigint as changes
        from %8$s t
       where t.action_id = a.id) l
   cross join lateral (select coalesce(($3 at time zone p.time_zone)::date, $4) as day) today
   cross join lateral (
      select is_late(a.status, a.due_on, today.day) as late,
             is_stale(a.status, (a.reported_at at time zone p.time_zone)::date, coalesce(a.start_on, p.start_on),
                      p.stale_after_days, today.day) as stale) derived
   cross join lateral action_disagreement(a.status, a.progress, a.confidence, derived.late, b.blocked,
                                          d.counted, d.open, d.begun, d.mean) codes
   where a.plan_id = $1 and a.number = $2
$body$ $f$;
begin
  execute format(document, 'action_document_now', 'action',
    'select x.number as measure, o.number as objective from measure x join objective o on o.id = x.objective_id'
    ' where x.id = a.measure_id',
    'assignment', 'action_deployment', 'blocker', 'milestone', 'budget_line',
    'select t.* from plan t where t.id = a.plan_id');
  execute format(document, 'action_document_at', 'action_one($1, $2, $3)',
    'select n.measure, n.objective from measure_numbers($1, a.measure_id, $3) n',
    'assignment_of(a.id, $3)', 'action_deployment_of(a.id, $3)', 'blocker_of(a.id, $3)', 'milestone_of(a.id, $3)',
    'budget_line_of(a.id, $3)', 'select t.* from plan_at($1, $3) t');
end $p$;
