select
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    nations.region_name as customer_region,
    nations.nation_name as customer_nation,
    customers.market_segment,
    count(distinct orders.order_id) as order_count,
    count(distinct orders.customer_id) as customer_count,
    count(*) as line_count,
    {{ whole('sum(lines.quantity)') }} as quantity,
    {{ money('sum(lines.gross_revenue)') }} as gross_revenue,
    {{ money('sum(lines.discount_amount)') }} as discount_amount,
    {{ money('sum(lines.revenue)') }} as revenue,
    {{ money('sum(lines.tax_amount)') }} as tax_amount,
    {{ money('sum(lines.supply_cost)') }} as supply_cost,
    {{ money('sum(lines.gross_profit)') }} as gross_profit
from {{ ref('supply_order_lines') }} as lines
inner join {{ ref('supply_orders') }} as orders on lines.order_id = orders.order_id
inner join {{ ref('supply_customers') }} as customers on orders.customer_id = customers.customer_id
inner join {{ ref('supply_nations') }} as nations on customers.nation_id = nations.nation_id
group by 1, 2, 3, 4, 5
