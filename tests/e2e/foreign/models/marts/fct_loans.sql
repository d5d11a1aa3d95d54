select
    l.loan_id,
    l.barcode,
    c.title_id,
    l.patron_id,
    l.brn_cd,
    l.out_dt,
    l.due_dt,
    l.ret_dt,
    l.renew_cnt,
    l.ret_dt - l.out_dt as days_out,
    coalesce(l.ret_dt > l.due_dt, false) as late_flg
from {{ ref('stg_lms__loans') }} as l
inner join {{ ref('dim_copy') }} as c on l.barcode = c.barcode
