select
    ps_partkey as part_id,
    ps_suppkey as supplier_id,
    ps_availqty as available_quantity,
    {{ money('ps_supplycost') }} as unit_cost
from {{ source('raw_supply', 'partsupp') }}
