select
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    parts.manufacturer,
    parts.brand,
    parts.material,
    count(*) as line_count,
    count(distinct lines.order_id) as order_count,
    {{ whole('sum(lines.quantity)') }} as quantity,
    {{ money('sum(lines.gross_revenue)') }} as gross_revenue,
    {{ money('sum(lines.discount_amount)') }} as discount_amount,
    {{ money('sum(lines.revenue)') }} as revenue,
    {{ money('sum(lines.supply_cost)') }} as supply_cost,
    {{ money('sum(lines.gross_profit)') }} as gross_profit,
    {{ count_where("lines.return_status = 'returned'") }} as returned_line_count
from {{ ref('supply_order_lines') }} as lines
inner join {{ ref('supply_orders') }} as orders on lines.order_id = orders.order_id
inner join {{ ref('supply_parts') }} as parts on lines.part_id = parts.part_id
group by 1, 2, 3, 4, 5
