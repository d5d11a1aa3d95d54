select
    ptrn_id as patron_id,
    full_nm,
    email_addr,
    card_typ,
    home_brn as home_brn_cd,
    joined as joined_on,
    actv = 'Y' as is_active
from {{ ref('lms_patrons') }}
