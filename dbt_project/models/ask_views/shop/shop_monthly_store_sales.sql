select
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    stores.store_name,
    count(*) as order_count,
    count(distinct orders.customer_id) as customer_count,
    {{ count_where('orders.customer_order_number = 1') }} as new_customer_count,
    {{ whole('sum(orders.item_count)') }} as item_count,
    {{ whole('sum(orders.jaffle_count)') }} as jaffle_count,
    {{ whole('sum(orders.beverage_count)') }} as beverage_count,
    {{ money('sum(orders.revenue)') }} as revenue,
    {{ money('sum(orders.tax_amount)') }} as tax_amount,
    {{ money('sum(orders.order_total)') }} as order_total,
    {{ money('sum(orders.supply_cost)') }} as supply_cost,
    {{ money('sum(orders.gross_profit)') }} as gross_profit
from {{ ref('shop_orders') }} as orders
inner join {{ ref('shop_stores') }} as stores on orders.store_id = stores.store_id
group by 1, 2, 3
