select
    {{ year_of('orders.order_date') }} as order_year,
    supplier_nations.region_name as supplier_region,
    supplier_nations.nation_name as supplier_nation,
    customer_nations.region_name as customer_region,
    customer_nations.nation_name as customer_nation,
    count(*) as line_count,
    {{ whole('sum(lines.quantity)') }} as quantity,
    {{ money('sum(lines.revenue)') }} as revenue,
    {{ money('sum(lines.gross_profit)') }} as gross_profit
from {{ ref('supply_order_lines') }} as lines
inner join {{ ref('supply_orders') }} as orders on lines.order_id = orders.order_id
inner join {{ ref('supply_customers') }} as customers on orders.customer_id = customers.customer_id
inner join {{ ref('supply_nations') }} as customer_nations on customers.nation_id = customer_nations.nation_id
inner join {{ ref('supply_suppliers') }} as suppliers on lines.supplier_id = suppliers.supplier_id
inner join {{ ref('supply_nations') }} as supplier_nations on suppliers.nation_id = supplier_nations.nation_id
group by 1, 2, 3, 4, 5
