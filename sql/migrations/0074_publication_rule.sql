-- Which rule decided what totals of several organisations a publication shows: 1, what all of them report; 2, what the
-- others of each organisation do as well.  A total that is hidden tells what its rule asks, so the audit must know it.

alter table publication add column rule smallint not null default 1 check (rule in (1, 2));
alter table publication alter column rule set default 2;
