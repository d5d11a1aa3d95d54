select
    {{ month_start('tweets.tweet_date') }} as tweet_month,
    stores.store_name,
    tweets.sentiment,
    count(*) as tweet_count,
    count(distinct tweets.customer_id) as customer_count
from {{ ref('shop_tweets') }} as tweets
inner join {{ ref('shop_customers') }} as customers on tweets.customer_id = customers.customer_id
inner join {{ ref('shop_stores') }} as stores on customers.home_store_id = stores.store_id
group by 1, 2, 3
