{{ config(alias='orders') }}
select
    cast(order_id as integer) as order_id,
    cast(customer_id as integer) as customer_id,
    cast(status as varchar) as status,
    cast(channel as varchar) as channel,
    cast(ordered_at as timestamp) as ordered_at,
    cast(amount as decimal(12, 2)) as amount
from {{ ref('int_orders') }}
