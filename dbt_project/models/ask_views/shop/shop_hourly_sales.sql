select
    {{ month_start('orders.order_date') }} as order_month,
    stores.store_name,
    {{ weekday_name('orders.order_date') }} as weekday,
    extract(isodow from orders.order_date) >= 6 as is_weekend,
    cast(extract(hour from orders.ordered_at) as integer) as order_hour,
    count(*) as order_count,
    {{ whole('sum(orders.item_count)') }} as item_count,
    {{ money('sum(orders.revenue)') }} as revenue
from {{ ref('shop_orders') }} as orders
inner join {{ ref('shop_stores') }} as stores on orders.store_id = stores.store_id
group by 1, 2, 3, 4, 5
