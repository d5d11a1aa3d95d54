with costs as (
    select product_id, {{ money('sum(unit_cost)') }} as supply_cost
    from {{ ref('stg_shop__supplies') }}
    group by product_id
)

select
    products.product_id,
    products.product_name,
    products.product_type,
    products.product_description,
    products.price,
    costs.supply_cost,
    {{ money('products.price - costs.supply_cost') }} as unit_margin
from {{ ref('stg_shop__products') }} as products
inner join costs on products.product_id = costs.product_id
