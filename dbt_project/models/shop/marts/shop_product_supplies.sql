select
    product_id,
    supply_id,
    supply_name,
    is_perishable,
    unit_cost
from {{ ref('stg_shop__supplies') }}
