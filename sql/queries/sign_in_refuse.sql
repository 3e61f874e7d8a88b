-- Puts a failed attempt into the journal, once a minute for an account.
-- $1 person bigint, null for an unknown account
-- One row of no interest.
select journal_refusal('sign_in_refused', 'session', $1::bigint, null);
