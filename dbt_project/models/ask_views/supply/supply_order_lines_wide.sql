select
    lines.order_line_id,
    lines.order_id,
    lines.line_number,
    orders.order_date,
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    orders.order_status,
    orders.order_priority,
    customers.customer_name,
    customers.market_segment,
    customer_nations.nation_name as customer_nation,
    customer_nations.region_name as customer_region,
    suppliers.supplier_name,
    supplier_nations.nation_name as supplier_nation,
    supplier_nations.region_name as supplier_region,
    parts.part_name,
    parts.manufacturer,
    parts.brand,
    parts.part_type,
    parts.material,
    parts.part_size,
    parts.container,
    lines.ship_mode,
    lines.ship_instruction,
    lines.line_status,
    lines.return_status,
    lines.ship_date,
    lines.promised_date,
    lines.delivered_date,
    lines.days_to_ship,
    lines.transit_days,
    lines.is_late,
    lines.quantity,
    lines.gross_revenue,
    lines.discount_rate,
    lines.discount_amount,
    lines.revenue,
    lines.tax_amount,
    lines.line_total,
    lines.supply_cost,
    lines.gross_profit
from {{ ref('supply_order_lines') }} as lines
inner join {{ ref('supply_orders') }} as orders on lines.order_id = orders.order_id
inner join {{ ref('supply_customers') }} as customers on orders.customer_id = customers.customer_id
inner join {{ ref('supply_nations') }} as customer_nations on customers.nation_id = customer_nations.nation_id
inner join {{ ref('supply_suppliers') }} as suppliers on lines.supplier_id = suppliers.supplier_id
inner join {{ ref('supply_nations') }} as supplier_nations on suppliers.nation_id = supplier_nations.nation_id
inner join {{ ref('supply_parts') }} as parts on lines.part_id = parts.part_id
