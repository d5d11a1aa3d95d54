select
    items.order_item_id,
    items.order_id,
    orders.ordered_at,
    orders.order_date,
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    stores.store_name,
    orders.customer_id,
    customers.customer_name,
    products.product_name,
    products.product_type,
    items.revenue,
    items.supply_cost,
    items.gross_profit
from {{ ref('shop_order_items') }} as items
inner join {{ ref('shop_orders') }} as orders on items.order_id = orders.order_id
inner join {{ ref('shop_products') }} as products on items.product_id = products.product_id
inner join {{ ref('shop_stores') }} as stores on orders.store_id = stores.store_id
inner join {{ ref('shop_customers') }} as customers on orders.customer_id = customers.customer_id
