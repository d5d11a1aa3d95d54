with trading as (
    select cast(max(ordered_at) as date) as last_date from {{ ref('stg_shop__orders') }}
)

select
    stores.store_id,
    stores.store_name,
    stores.opened_date,
    stores.sales_tax_rate,
    stores.opened_date <= trading.last_date as is_open
from {{ ref('stg_shop__stores') }} as stores
cross join trading
