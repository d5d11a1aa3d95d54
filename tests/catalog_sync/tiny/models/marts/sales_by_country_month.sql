{{ config(materialized='view') }}
select c.country, date_trunc('month', o.ordered_at) as month, sum(o.amount) as sum_amount, count(*) as cnt_all
from {{ ref('fct_orders') }} as o
join {{ ref('customers') }} as c using (customer_id)
group by 1, 2
