select
    s_suppkey as supplier_id,
    s_name as supplier_name,
    s_nationkey as nation_id,
    trim(s_address) as address,
    s_phone as phone,
    {{ money('s_acctbal') }} as account_balance
from {{ source('raw_supply', 'supplier') }}
