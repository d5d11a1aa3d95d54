select
    l_orderkey as order_id,
    l_linenumber as line_number,
    l_partkey as part_id,
    l_suppkey as supplier_id,
    l_quantity as quantity,
    {{ money('l_extendedprice') }} as list_amount,
    l_discount as discount_rate,
    l_tax as tax_rate,
    l_returnflag as return_code,
    l_linestatus as line_status_code,
    l_shipdate as ship_date,
    l_commitdate as promised_date,
    l_receiptdate as delivered_date,
    l_shipmode as ship_mode,
    l_shipinstruct as ship_instruction
from {{ source('raw_supply', 'lineitem') }}
