select
    id as store_id,
    name as store_name,
    cast(opened_at as date) as opened_date,
    tax_rate as sales_tax_rate
from {{ source('raw_shop', 'stores') }}
