select
    id as order_id,
    customer as customer_id,
    store_id,
    ordered_at,
    {{ dollars('subtotal') }} as subtotal,
    {{ dollars('tax_paid') }} as tax_amount,
    {{ dollars('order_total') }} as order_total
from {{ source('raw_shop', 'orders') }}
