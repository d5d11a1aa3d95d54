select
    orders.order_id,
    orders.ordered_at,
    orders.order_date,
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    {{ weekday_name('orders.order_date') }} as weekday,
    cast(extract(hour from orders.ordered_at) as integer) as order_hour,
    stores.store_name,
    orders.customer_id,
    customers.customer_name,
    orders.customer_order_number = 1 as is_first_order,
    orders.customer_order_number,
    orders.item_count,
    orders.jaffle_count,
    orders.beverage_count,
    orders.revenue,
    orders.tax_amount,
    orders.order_total,
    orders.supply_cost,
    orders.gross_profit
from {{ ref('shop_orders') }} as orders
inner join {{ ref('shop_stores') }} as stores on orders.store_id = stores.store_id
inner join {{ ref('shop_customers') }} as customers on orders.customer_id = customers.customer_id
