select
    parts.part_id,
    parts.part_name,
    parts.manufacturer,
    parts.brand,
    parts.part_type,
    parts.material,
    parts.container,
    parts.retail_price,
    count(*) as line_count,
    {{ whole('sum(lines.quantity)') }} as quantity,
    {{ money('sum(lines.revenue)') }} as revenue,
    {{ money('sum(lines.supply_cost)') }} as supply_cost,
    {{ money('sum(lines.gross_profit)') }} as gross_profit,
    {{ count_where("lines.return_status = 'returned'") }} as returned_line_count,
    max(orders.order_date) as last_order_date
from {{ ref('supply_order_lines') }} as lines
inner join {{ ref('supply_orders') }} as orders on lines.order_id = orders.order_id
inner join {{ ref('supply_parts') }} as parts on lines.part_id = parts.part_id
group by 1, 2, 3, 4, 5, 6, 7, 8
