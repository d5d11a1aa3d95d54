-- The till also writes tickets without an item; they are no sales, and the inner join leaves them out.
with baskets as (
    select
        items.order_id,
        count(*) as item_count,
        {{ count_where("products.product_type = 'jaffle'") }} as jaffle_count,
        {{ count_where("products.product_type = 'beverage'") }} as beverage_count,
        {{ money('sum(items.supply_cost)') }} as supply_cost
    from {{ ref('shop_order_items') }} as items
    inner join {{ ref('shop_products') }} as products on items.product_id = products.product_id
    group by items.order_id
)

select
    orders.order_id,
    orders.customer_id,
    orders.store_id,
    orders.ordered_at,
    cast(orders.ordered_at as date) as order_date,
    row_number() over (partition by orders.customer_id order by orders.ordered_at, orders.order_id)
        as customer_order_number,
    baskets.item_count,
    baskets.jaffle_count,
    baskets.beverage_count,
    orders.subtotal as revenue,
    orders.tax_amount,
    orders.order_total,
    baskets.supply_cost,
    {{ money('orders.subtotal - baskets.supply_cost') }} as gross_profit
from {{ ref('stg_shop__orders') }} as orders
inner join baskets on orders.order_id = baskets.order_id
