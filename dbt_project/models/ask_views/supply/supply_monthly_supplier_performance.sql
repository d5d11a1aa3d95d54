select
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    suppliers.supplier_id,
    suppliers.supplier_name,
    nations.nation_name as supplier_nation,
    nations.region_name as supplier_region,
    count(*) as line_count,
    {{ whole('sum(lines.quantity)') }} as quantity,
    {{ money('sum(lines.revenue)') }} as revenue,
    {{ money('sum(lines.supply_cost)') }} as supply_cost,
    {{ money('sum(lines.gross_profit)') }} as gross_profit,
    {{ count_where('lines.is_late') }} as late_line_count,
    {{ count_where("lines.return_status = 'returned'") }} as returned_line_count
from {{ ref('supply_order_lines') }} as lines
inner join {{ ref('supply_orders') }} as orders on lines.order_id = orders.order_id
inner join {{ ref('supply_suppliers') }} as suppliers on lines.supplier_id = suppliers.supplier_id
inner join {{ ref('supply_nations') }} as nations on suppliers.nation_id = nations.nation_id
group by 1, 2, 3, 4, 5, 6
