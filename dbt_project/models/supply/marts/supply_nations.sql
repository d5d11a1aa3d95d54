select
    nation_id,
    nation_name,
    region_name
from {{ ref('stg_supply__nations') }}
