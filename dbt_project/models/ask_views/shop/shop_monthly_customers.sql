select
    {{ month_start('order_date') }} as order_month,
    {{ year_of('order_date') }} as order_year,
    count(distinct customer_id) as active_customer_count,
    {{ count_where('customer_order_number = 1') }} as new_customer_count,
    {{ whole('count(distinct customer_id)') }} - {{ count_where('customer_order_number = 1') }}
        as returning_customer_count,
    count(*) as order_count,
    {{ money('sum(revenue)') }} as revenue
from {{ ref('shop_orders') }}
group by 1, 2
