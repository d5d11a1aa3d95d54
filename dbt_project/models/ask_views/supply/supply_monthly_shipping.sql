select
    {{ month_start('lines.ship_date') }} as ship_month,
    {{ year_of('lines.ship_date') }} as ship_year,
    lines.ship_mode,
    nations.region_name as customer_region,
    nations.nation_name as customer_nation,
    count(*) as line_count,
    {{ whole('sum(lines.quantity)') }} as quantity,
    {{ count_where('lines.is_late') }} as late_line_count,
    {{ count_where('not lines.is_late') }} as on_time_line_count,
    {{ whole('sum(lines.days_to_ship)') }} as total_days_to_ship,
    {{ whole('sum(lines.transit_days)') }} as total_transit_days
from {{ ref('supply_order_lines') }} as lines
inner join {{ ref('supply_orders') }} as orders on lines.order_id = orders.order_id
inner join {{ ref('supply_customers') }} as customers on orders.customer_id = customers.customer_id
inner join {{ ref('supply_nations') }} as nations on customers.nation_id = nations.nation_id
group by 1, 2, 3, 4, 5
