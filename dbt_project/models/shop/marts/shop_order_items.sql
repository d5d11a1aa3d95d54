select
    items.order_item_id,
    items.order_id,
    items.product_id,
    products.price as revenue,
    products.supply_cost,
    products.unit_margin as gross_profit
from {{ ref('stg_shop__order_items') }} as items
inner join {{ ref('shop_products') }} as products on items.product_id = products.product_id
