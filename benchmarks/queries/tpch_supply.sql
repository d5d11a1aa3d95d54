-- The 22 questions of TPC-H over the supply marts of the sample project.
-- q1 pricing summary
select return_status, line_status, sum(quantity) as sum_qty, sum(gross_revenue) as sum_base_price, sum(revenue) as sum_disc_price, sum(line_total) as sum_charge, avg(quantity) as avg_qty, avg(gross_revenue) as avg_price, avg(discount_rate) as avg_disc, count(*) as count_order
from supply_order_lines where ship_date <= date '1998-12-01' - interval '90' day group by return_status, line_status order by return_status, line_status;
-- q2 minimum cost supplier
select s.account_balance, s.supplier_name, n.nation_name, p.part_id, p.manufacturer
from supply_parts as p, supply_suppliers as s, supply_part_offers as o, supply_nations as n
where p.part_id = o.part_id and s.supplier_id = o.supplier_id and p.part_size = 15 and p.part_type like '%BRASS' and s.nation_id = n.nation_id and n.region_name = 'EUROPE'
and o.unit_cost = (select min(o2.unit_cost) from supply_part_offers as o2, supply_suppliers as s2, supply_nations as n2 where p.part_id = o2.part_id and s2.supplier_id = o2.supplier_id and s2.nation_id = n2.nation_id and n2.region_name = 'EUROPE')
order by s.account_balance desc, n.nation_name, s.supplier_name, p.part_id limit 100;
-- q3 shipping priority
select l.order_id, sum(l.revenue) as revenue, o.order_date
from supply_customers as c, supply_orders as o, supply_order_lines as l
where c.market_segment = 'BUILDING' and c.customer_id = o.customer_id and l.order_id = o.order_id and o.order_date < date '1995-03-15' and l.ship_date > date '1995-03-15'
group by l.order_id, o.order_date order by revenue desc, o.order_date limit 10;
-- q4 order priority checking
select order_priority, count(*) as order_count from supply_orders
where order_date >= date '1993-07-01' and order_date < date '1993-07-01' + interval '3' month
and exists (select 1 from supply_order_lines as l where l.order_id = supply_orders.order_id and l.is_late)
group by order_priority order by order_priority;
-- q5 local supplier volume
select n.nation_name, sum(l.revenue) as revenue
from supply_customers as c, supply_orders as o, supply_order_lines as l, supply_suppliers as s, supply_nations as n
where c.customer_id = o.customer_id and l.order_id = o.order_id and l.supplier_id = s.supplier_id and c.nation_id = s.nation_id and s.nation_id = n.nation_id and n.region_name = 'ASIA' and o.order_date >= date '1994-01-01' and o.order_date < date '1994-01-01' + interval '1' year
group by n.nation_name order by revenue desc;
-- q6 forecasting revenue change
select sum(discount_amount) as revenue from supply_order_lines
where ship_date >= date '1994-01-01' and ship_date < date '1994-01-01' + interval '1' year and discount_rate between 0.05 and 0.07 and quantity < 24;
-- q7 volume shipping
select supp_nation, cust_nation, l_year, sum(volume) as revenue from (
select n1.nation_name as supp_nation, n2.nation_name as cust_nation, extract(year from l.ship_date) as l_year, l.revenue as volume
from supply_suppliers as s, supply_order_lines as l, supply_orders as o, supply_customers as c, supply_nations as n1, supply_nations as n2
where s.supplier_id = l.supplier_id and o.order_id = l.order_id and c.customer_id = o.customer_id and s.nation_id = n1.nation_id and c.nation_id = n2.nation_id
and ((n1.nation_name = 'FRANCE' and n2.nation_name = 'GERMANY') or (n1.nation_name = 'GERMANY' and n2.nation_name = 'FRANCE'))
and l.ship_date between date '1995-01-01' and date '1996-12-31') as shipping
group by supp_nation, cust_nation, l_year order by supp_nation, cust_nation, l_year;
-- q8 national market share
select o_year, sum(case when nation = 'BRAZIL' then volume else 0 end) / sum(volume) as mkt_share from (
select extract(year from o.order_date) as o_year, l.revenue as volume, n2.nation_name as nation
from supply_parts as p, supply_suppliers as s, supply_order_lines as l, supply_orders as o, supply_customers as c, supply_nations as n1, supply_nations as n2
where p.part_id = l.part_id and s.supplier_id = l.supplier_id and l.order_id = o.order_id and o.customer_id = c.customer_id and c.nation_id = n1.nation_id and n1.region_name = 'AMERICA' and s.nation_id = n2.nation_id
and o.order_date between date '1995-01-01' and date '1996-12-31' and p.part_type = 'ECONOMY ANODIZED STEEL') as all_nations
group by o_year order by o_year;
-- q9 product type profit
select n.nation_name as nation, extract(year from o.order_date) as o_year, sum(l.gross_profit) as sum_profit
from supply_parts as p, supply_suppliers as s, supply_order_lines as l, supply_orders as o, supply_nations as n
where s.supplier_id = l.supplier_id and p.part_id = l.part_id and o.order_id = l.order_id and s.nation_id = n.nation_id and p.part_name like '%green%'
group by nation, o_year order by nation, o_year desc;
-- q10 returned items
select c.customer_id, c.customer_name, sum(l.revenue) as revenue, c.account_balance, n.nation_name
from supply_customers as c, supply_orders as o, supply_order_lines as l, supply_nations as n
where c.customer_id = o.customer_id and l.order_id = o.order_id and o.order_date >= date '1993-10-01' and o.order_date < date '1993-10-01' + interval '3' month and l.return_status = 'returned' and c.nation_id = n.nation_id
group by c.customer_id, c.customer_name, c.account_balance, n.nation_name order by revenue desc limit 20;
-- q11 important stock
select o.part_id, sum(o.stock_value) as value from supply_part_offers as o, supply_suppliers as s, supply_nations as n
where o.supplier_id = s.supplier_id and s.nation_id = n.nation_id and n.nation_name = 'GERMANY' group by o.part_id
having sum(o.stock_value) > (select sum(o2.stock_value) * 0.0001 from supply_part_offers as o2, supply_suppliers as s2, supply_nations as n2 where o2.supplier_id = s2.supplier_id and s2.nation_id = n2.nation_id and n2.nation_name = 'GERMANY')
order by value desc;
-- q12 shipping modes and order priority
select l.ship_mode, sum(case when o.order_priority = '1-URGENT' or o.order_priority = '2-HIGH' then 1 else 0 end) as high_line_count, sum(case when o.order_priority <> '1-URGENT' and o.order_priority <> '2-HIGH' then 1 else 0 end) as low_line_count
from supply_orders as o, supply_order_lines as l
where o.order_id = l.order_id and l.ship_mode in ('MAIL', 'SHIP') and l.is_late and l.delivered_date >= date '1994-01-01' and l.delivered_date < date '1994-01-01' + interval '1' year
group by l.ship_mode order by l.ship_mode;
-- q13 customer distribution
select c_count, count(*) as custdist from (
select c.customer_id, count(o.order_id) as c_count from supply_customers as c left outer join supply_orders as o on c.customer_id = o.customer_id group by c.customer_id) as c_orders
group by c_count order by custdist desc, c_count desc;
-- q14 promotion effect
select 100.00 * sum(case when p.part_type like 'PROMO%' then l.revenue else 0 end) / sum(l.revenue) as promo_revenue
from supply_order_lines as l, supply_parts as p where l.part_id = p.part_id and l.ship_date >= date '1995-09-01' and l.ship_date < date '1995-09-01' + interval '1' month;
-- q15 top supplier
with revenue as (select supplier_id, sum(revenue) as total_revenue from supply_order_lines where ship_date >= date '1996-01-01' and ship_date < date '1996-01-01' + interval '3' month group by supplier_id)
select s.supplier_id, s.supplier_name, r.total_revenue from supply_suppliers as s, revenue as r where s.supplier_id = r.supplier_id and r.total_revenue = (select max(total_revenue) from revenue) order by s.supplier_id;
-- q16 parts and suppliers
select p.brand, p.part_type, p.part_size, count(distinct o.supplier_id) as supplier_cnt from supply_part_offers as o, supply_parts as p
where p.part_id = o.part_id and p.brand <> 'Brand#45' and p.part_type not like 'MEDIUM POLISHED%' and p.part_size in (49, 14, 23, 45, 19, 3, 36, 9)
group by p.brand, p.part_type, p.part_size order by supplier_cnt desc, p.brand, p.part_type, p.part_size;
-- q17 small-quantity-order revenue
select sum(l.gross_revenue) / 7.0 as avg_yearly from supply_order_lines as l, supply_parts as p, (select part_id, 0.2 * avg(quantity) as small from supply_order_lines group by part_id) as q
where p.part_id = l.part_id and q.part_id = l.part_id and p.brand = 'Brand#23' and p.container = 'MED BOX' and l.quantity < q.small;
-- q18 large volume customers
select c.customer_name, o.order_id, o.order_date, o.order_total, sum(l.quantity) as quantity
from supply_customers as c, supply_orders as o, supply_order_lines as l
where o.order_id in (select order_id from supply_order_lines group by order_id having sum(quantity) > 300) and c.customer_id = o.customer_id and o.order_id = l.order_id
group by c.customer_name, o.order_id, o.order_date, o.order_total order by o.order_total desc, o.order_date limit 100;
-- q19 discounted revenue
select sum(l.revenue) as revenue from supply_order_lines as l, supply_parts as p
where p.part_id = l.part_id and l.ship_mode in ('AIR', 'REG AIR') and l.ship_instruction = 'DELIVER IN PERSON'
and ((p.brand = 'Brand#12' and p.container in ('SM CASE', 'SM BOX') and l.quantity between 1 and 11 and p.part_size between 1 and 5)
or (p.brand = 'Brand#23' and p.container in ('MED BAG', 'MED BOX') and l.quantity between 10 and 20 and p.part_size between 1 and 10)
or (p.brand = 'Brand#34' and p.container in ('LG CASE', 'LG BOX') and l.quantity between 20 and 30 and p.part_size between 1 and 15));
-- q20 potential part promotion
select s.supplier_name from supply_suppliers as s, supply_nations as n
where s.supplier_id in (select o.supplier_id from supply_part_offers as o where o.part_id in (select part_id from supply_parts where part_name like 'forest%')) and s.nation_id = n.nation_id and n.nation_name = 'CANADA' order by s.supplier_name;
-- q21 suppliers who kept orders waiting
select s.supplier_name, count(*) as numwait from supply_suppliers as s, supply_order_lines as l1, supply_orders as o, supply_nations as n
where s.supplier_id = l1.supplier_id and o.order_id = l1.order_id and o.order_status = 'fulfilled' and l1.is_late
and exists (select 1 from supply_order_lines as l2 where l2.order_id = l1.order_id and l2.supplier_id <> l1.supplier_id) and s.nation_id = n.nation_id and n.nation_name = 'SAUDI ARABIA'
group by s.supplier_name order by numwait desc, s.supplier_name limit 100;
-- q22 global sales opportunity
select n.nation_name, count(*) as numcust, sum(c.account_balance) as totacctbal from supply_customers as c, supply_nations as n
where c.nation_id = n.nation_id and n.nation_name in ('CHINA', 'FRANCE') and c.account_balance > (select avg(account_balance) from supply_customers where account_balance > 0.00)
and not exists (select 1 from supply_orders as o where o.customer_id = c.customer_id)
group by n.nation_name order by n.nation_name;
