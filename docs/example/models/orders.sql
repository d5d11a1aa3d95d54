select
    i as order_id,
    1 + i % 2 as store_id,
    date '2024-01-01' + (i * 3)::integer as order_date,
    (10 * (1 + i % 5))::decimal(18, 2) as amount
from range(1, 121) as numbers (i)
