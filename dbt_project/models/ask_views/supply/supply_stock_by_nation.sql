select
    nations.region_name as supplier_region,
    nations.nation_name as supplier_nation,
    parts.manufacturer,
    parts.brand,
    count(*) as offer_count,
    count(distinct offers.part_id) as part_count,
    count(distinct offers.supplier_id) as supplier_count,
    {{ whole('sum(offers.available_quantity)') }} as available_quantity,
    {{ money('sum(offers.stock_value)') }} as stock_value
from {{ ref('supply_part_offers') }} as offers
inner join {{ ref('supply_parts') }} as parts on offers.part_id = parts.part_id
inner join {{ ref('supply_suppliers') }} as suppliers on offers.supplier_id = suppliers.supplier_id
inner join {{ ref('supply_nations') }} as nations on suppliers.nation_id = nations.nation_id
group by 1, 2, 3, 4
