select
    tweet_id,
    customer_id,
    tweeted_at,
    cast(tweeted_at as date) as tweet_date,
    content,
    case
        when content like 'Jaffles from the Jaffle Shop are %' then 'positive'
        when content like 'Jaffle Shop again.%' then 'negative'
        when content like 'Jaffle shop is %' then 'neutral'
    end as sentiment
from {{ ref('stg_shop__tweets') }}
