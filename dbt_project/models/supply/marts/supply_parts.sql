select
    part_id,
    part_name,
    manufacturer,
    brand,
    part_type,
    split_part(part_type, ' ', 3) as material,
    part_size,
    container,
    retail_price
from {{ ref('stg_supply__parts') }}
