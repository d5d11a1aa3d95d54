select
    o_orderkey as order_id,
    o_custkey as customer_id,
    o_orderdate as order_date,
    o_orderstatus as order_status_code,
    o_orderpriority as order_priority,
    o_clerk as clerk_name,
    {{ money('o_totalprice') }} as order_total
from {{ source('raw_supply', 'orders') }}
