select
    orders.order_date,
    {{ weekday_name('orders.order_date') }} as weekday,
    stores.store_name,
    count(*) as order_count,
    count(distinct orders.customer_id) as customer_count,
    {{ count_where('orders.customer_order_number = 1') }} as new_customer_count,
    {{ whole('sum(orders.item_count)') }} as item_count,
    {{ money('sum(orders.revenue)') }} as revenue,
    {{ money('sum(orders.tax_amount)') }} as tax_amount,
    {{ money('sum(orders.order_total)') }} as order_total,
    {{ money('sum(orders.supply_cost)') }} as supply_cost,
    {{ money('sum(orders.gross_profit)') }} as gross_profit
from {{ ref('shop_orders') }} as orders
inner join {{ ref('shop_stores') }} as stores on orders.store_id = stores.store_id
group by orders.order_date, stores.store_name
