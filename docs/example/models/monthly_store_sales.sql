select
    date_trunc('month', order_date)::date as order_month,
    stores.store_name,
    count(*) as order_count,
    sum(orders.amount)::decimal(18, 2) as revenue
from {{ ref('orders') }} as orders
inner join {{ ref('stores') }} as stores on orders.store_id = stores.store_id
group by 1, 2
