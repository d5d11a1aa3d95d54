select
    barcode,
    ttl_id as title_id,
    brn_cd as owning_brn_cd,
    cast(acq_dt as date) as acq_dt,
    cast(price as decimal(10, 2)) as price_amt
from {{ ref('lms_copies') }}
