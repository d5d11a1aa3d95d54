select
    hold_id,
    ttl_id as title_id,
    ptrn_id as patron_id,
    cast(plc_dt as date) as placed_dt,
    pickup_brn as pickup_brn_cd,
    stat as hold_stat
from {{ ref('lms_holds') }}
