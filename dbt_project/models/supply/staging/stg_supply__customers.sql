select
    c_custkey as customer_id,
    c_name as customer_name,
    c_mktsegment as market_segment,
    c_nationkey as nation_id,
    trim(c_address) as address,
    c_phone as phone,
    {{ money('c_acctbal') }} as account_balance
from {{ source('raw_supply', 'customer') }}
