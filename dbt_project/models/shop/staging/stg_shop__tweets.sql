select
    id as tweet_id,
    user_id as customer_id,
    tweeted_at,
    content
from {{ source('raw_shop', 'tweets') }}
