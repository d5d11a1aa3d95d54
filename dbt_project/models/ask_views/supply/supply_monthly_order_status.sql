select
    {{ month_start('order_date') }} as order_month,
    {{ year_of('order_date') }} as order_year,
    order_status,
    order_priority,
    count(*) as order_count,
    count(distinct customer_id) as customer_count,
    {{ money('sum(order_total)') }} as order_total
from {{ ref('supply_orders') }}
group by 1, 2, 3, 4
