-- Amounts are cut to whole cents line by line, as on the invoice: the lines of an order add up to its total.
with priced as (
    select
        *,
        trunc(list_amount * (1 - discount_rate), 2) as revenue
    from {{ ref('stg_supply__order_lines') }}
)

select
    cast(lines.order_id as text) || '-' || cast(lines.line_number as text) as order_line_id,
    lines.order_id,
    lines.line_number,
    lines.part_id,
    lines.supplier_id,
    lines.quantity,
    lines.list_amount as gross_revenue,
    lines.discount_rate,
    {{ money('lines.list_amount - lines.revenue') }} as discount_amount,
    {{ money('lines.revenue') }} as revenue,
    lines.tax_rate,
    {{ money('trunc(lines.revenue * (1 + lines.tax_rate), 2) - lines.revenue') }} as tax_amount,
    {{ money('trunc(lines.revenue * (1 + lines.tax_rate), 2)') }} as line_total,
    {{ money('lines.quantity * offers.unit_cost') }} as supply_cost,
    {{ money('lines.revenue - lines.quantity * offers.unit_cost') }} as gross_profit,
    case lines.return_code
        when 'R' then 'returned'
        when 'A' then 'accepted'
        when 'N' then 'pending'
    end as return_status,
    case lines.line_status_code
        when 'O' then 'open'
        when 'F' then 'fulfilled'
    end as line_status,
    lines.ship_mode,
    lines.ship_instruction,
    lines.ship_date,
    lines.promised_date,
    lines.delivered_date,
    cast(lines.ship_date - orders.order_date as integer) as days_to_ship,
    cast(lines.delivered_date - lines.ship_date as integer) as transit_days,
    lines.delivered_date > lines.promised_date as is_late
from priced as lines
inner join {{ ref('stg_supply__orders') }} as orders on lines.order_id = orders.order_id
inner join {{ ref('stg_supply__part_offers') }} as offers
    on lines.part_id = offers.part_id and lines.supplier_id = offers.supplier_id
