select
    customer_id,
    customer_name,
    market_segment,
    nation_id,
    address,
    phone,
    account_balance
from {{ ref('stg_supply__customers') }}
