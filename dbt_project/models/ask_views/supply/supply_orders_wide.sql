with totals as (
    select
        order_id,
        count(*) as line_count,
        {{ whole('sum(quantity)') }} as quantity,
        {{ money('sum(gross_revenue)') }} as gross_revenue,
        {{ money('sum(discount_amount)') }} as discount_amount,
        {{ money('sum(revenue)') }} as revenue,
        {{ money('sum(tax_amount)') }} as tax_amount,
        {{ money('sum(supply_cost)') }} as supply_cost,
        {{ money('sum(gross_profit)') }} as gross_profit,
        {{ count_where('is_late') }} as late_line_count,
        max(delivered_date) as last_delivered_date
    from {{ ref('supply_order_lines') }}
    group by order_id
)

select
    orders.order_id,
    orders.order_date,
    {{ month_start('orders.order_date') }} as order_month,
    {{ year_of('orders.order_date') }} as order_year,
    orders.order_status,
    orders.order_priority,
    customers.customer_id,
    customers.customer_name,
    customers.market_segment,
    nations.nation_name as customer_nation,
    nations.region_name as customer_region,
    totals.line_count,
    totals.quantity,
    totals.gross_revenue,
    totals.discount_amount,
    totals.revenue,
    totals.tax_amount,
    orders.order_total,
    totals.supply_cost,
    totals.gross_profit,
    totals.late_line_count,
    totals.last_delivered_date
from {{ ref('supply_orders') }} as orders
inner join totals on orders.order_id = totals.order_id
inner join {{ ref('supply_customers') }} as customers on orders.customer_id = customers.customer_id
inner join {{ ref('supply_nations') }} as nations on customers.nation_id = nations.nation_id
