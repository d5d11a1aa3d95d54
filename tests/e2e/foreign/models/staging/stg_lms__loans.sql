select
    ln_id as loan_id,
    barcode,
    ptrn_id as patron_id,
    brn_cd,
    cast(out_dt as date) as out_dt,
    cast(due_dt as date) as due_dt,
    cast(ret_dt as date) as ret_dt,
    renewals as renew_cnt
from {{ ref('lms_loans') }}
