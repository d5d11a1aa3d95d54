select
    brn_cd,
    brn_nm,
    dist_id,
    cast(open_dt as date) as open_dt,
    floor_sqm
from {{ ref('lms_branches') }}
