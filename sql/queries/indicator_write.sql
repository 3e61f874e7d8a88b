-- Keeps the cells that differ from the last known ones; those that are the same stay as they are.
-- `dims` says of which members a cell is, '' or absent: of all.  A cell of members of which nothing was reported is kept only
-- after one that says something.
-- $1 plan   $2 plugin   $3 version   $4 cells as a JSON array   $5 those of the protected form, null: there is none   $6 engine
with given as materialized ( -- without form.cells: each row would carry the whole document
  select form.audience, coalesce(c.dims, '') as members, c.* from (values ('exact', $4::jsonb), ('protected', $5::jsonb)) form (audience, cells)
   cross join lateral jsonb_to_recordset(form.cells) as c (
    level text, territory text, period text, dims text, state text, reason text, reason_text text,
    value double precision, numerator double precision, denominator double precision,
    low double precision, high double precision, extra jsonb, flags text[], received integer, expected integer)
), kind as materialized ( -- asked once, not for each cell
  select indicator_sensitive(v.metadata) as sensitive from plugin_version v where v.id = $3::bigint
)
insert into indicator_value (plan_id, plugin_id, version_id, audience, level, territory, period, dims, state, reason,
                             reason_text, value, numerator, denominator, low, high, extra, flags,
                             received, expected, known_from, sensitive, engine)
select $1::bigint, $2::bigint, $3::bigint, g.audience, g.level, g.territory, g.period, g.members, g.state, g.reason, g.reason_text,
       g.value, g.numerator, g.denominator, g.low, g.high, g.extra, g.flags, g.received, g.expected,
       clock_timestamp(), kind.sensitive, $6::integer
  from kind
 cross join given g
  left join lateral ( -- one search a cell: a join of so many rows that the planner knows nothing of may compare each with each;
    -- by columns alone: beneath row-level security an index is asked for nothing that might leak, coalesce() among it
    select v.* from indicator_value v
     where v.plan_id = $1::bigint and v.plugin_id = $2::bigint and v.dims = g.members
       and v.territory = g.territory and v.period = g.period and v.audience = g.audience
     order by v.known_from desc, v.id desc limit 1) l on true
 where case when l.id is null then g.members = '' or g.state <> 'missing' or g.reason <> 'not_reported'
            else l.version_id <> $3::bigint
                 or (l.state, l.reason, l.reason_text, l.extra, l.flags, l.received, l.expected)
                    is distinct from (g.state, g.reason, g.reason_text, g.extra, g.flags, g.received, g.expected)
                 or not same_figure(l.value, g.value) or not same_figure(l.numerator, g.numerator)
                 or not same_figure(l.denominator, g.denominator) or not same_figure(l.low, g.low)
                 or not same_figure(l.high, g.high) end;
