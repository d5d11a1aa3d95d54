select id as order_id, customer_id, status, channel, ordered_at, amount, note from {{ ref('raw_orders') }}
