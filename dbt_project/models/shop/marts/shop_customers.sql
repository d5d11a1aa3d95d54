with purchases as (
    select
        customer_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        count(*) as order_count,
        {{ money('sum(revenue)') }} as lifetime_revenue
    from {{ ref('shop_orders') }}
    group by customer_id
),

first_orders as (
    select customer_id, store_id from {{ ref('shop_orders') }} where customer_order_number = 1
)

select
    customers.customer_id,
    customers.customer_name,
    first_orders.store_id as home_store_id,
    purchases.first_order_date,
    purchases.last_order_date,
    purchases.order_count,
    purchases.lifetime_revenue,
    case when purchases.order_count > 1 then 'returning' else 'one-time' end as customer_type
from {{ ref('stg_shop__customers') }} as customers
inner join purchases on customers.customer_id = purchases.customer_id
inner join first_orders on customers.customer_id = first_orders.customer_id
