select
    f.fine_id,
    f.ln_id as loan_id,
    cast(f.iss_dt as date) as issued_dt,
    cast(f.amt_cents / 100.0 as decimal(10, 2)) as fine_amt,
    f.stat as fine_stat
from {{ ref('lms_fines') }} as f
