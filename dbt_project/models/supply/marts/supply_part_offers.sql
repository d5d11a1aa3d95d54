select
    part_id,
    supplier_id,
    available_quantity,
    unit_cost,
    {{ money('available_quantity * unit_cost') }} as stock_value
from {{ ref('stg_supply__part_offers') }}
