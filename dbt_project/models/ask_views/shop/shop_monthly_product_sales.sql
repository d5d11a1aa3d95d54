select
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    stores.store_name,
    products.product_name,
    products.product_type,
    count(*) as units_sold,
    count(distinct items.order_id) as order_count,
    {{ money('sum(items.revenue)') }} as revenue,
    {{ money('sum(items.supply_cost)') }} as supply_cost,
    {{ money('sum(items.gross_profit)') }} as gross_profit
from {{ ref('shop_order_items') }} as items
inner join {{ ref('shop_orders') }} as orders on items.order_id = orders.order_id
inner join {{ ref('shop_products') }} as products on items.product_id = products.product_id
inner join {{ ref('shop_stores') }} as stores on orders.store_id = stores.store_id
group by 1, 2, 3, 4, 5
