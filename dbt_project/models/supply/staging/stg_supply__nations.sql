select
    nations.n_nationkey as nation_id,
    nations.n_name as nation_name,
    regions.r_name as region_name
from {{ source('raw_supply', 'nation') }} as nations
inner join {{ source('raw_supply', 'region') }} as regions on nations.n_regionkey = regions.r_regionkey
