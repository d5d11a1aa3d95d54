select
    d.dist_id,
    d.dist_nm,
    r.rgn_nm,
    d.popn
from {{ ref('lms_districts') }} as d
left join {{ ref('lms_regions') }} as r on d.rgn_cd = r.rgn_cd
