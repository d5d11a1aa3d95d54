select
    order_id,
    customer_id,
    order_date,
    case order_status_code
        when 'O' then 'open'
        when 'F' then 'fulfilled'
        when 'P' then 'partial'
    end as order_status,
    order_priority,
    clerk_name,
    order_total
from {{ ref('stg_supply__orders') }}
