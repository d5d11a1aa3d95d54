-- select and filter
select * from customers;
select id, name from customers where city = 'Seoul' order by id;
select name as customer from customers where city is null;
select c.* from customers as c where c.id in (1, 3) order by c.id;
select c.name, c.* from customers c where c.id between 2 and 3 order by 1;
select distinct status from orders order by status;
select "id", "name" from "customers" where "name" like 'A%';
select name from customers where name = '지민';
select 'it''s; -- not a comment' as text, 'a/*b*/c' as other;
select 1 + 2 * 3 - 4 as n, -5 as m, 7 % 3 as r;
select id from orders where not (amount > 100) and status <> 'void' order by id;
select id from orders where amount is not null order by amount desc, id limit 2 offset 1;
select coalesce(city, 'unknown') as city, count(*) as n from customers group by coalesce(city, 'unknown') order by n desc, 1;
select nullif(status, 'void') as status, abs(-3) as three, round(2.567, 2) as two from orders where id = 5;
-- joins
select c.name, o.amount from customers c join orders o on o.customer_id = c.id order by o.id;
select c.name, count(o.id) as orders from customers c left join orders o on o.customer_id = c.id group by c.name order by c.name;
select p.name, sum(i.quantity) as sold from products p join order_items i on i.product_id = p.id group by p.name order by sold desc, p.name;
select c.name, p.name as product from customers c join orders o on o.customer_id = c.id join order_items i on i.order_id = o.id join products p on p.id = i.product_id order by 1, 2;
select count(*) from customers, products;
select e.name, m.name as manager from employees e left join employees m on e.manager_id = m.id order by e.id;
select customers.name from customers inner join orders on customers.id = orders.customer_id where orders.status = 'open';
select c.name, d.category from customers c cross join (select distinct category from products) d order by 1, 2;
select name, city from customers join (select customer_id as id from orders where status = 'paid') as paid using (id) order by name;
select * from order_items join (select id as product_id, category from products) p using (product_id) order by order_id, product_id;
-- aggregates
select count(*), count(city), count(distinct city), min(signed_up), max(signed_up) from customers;
select status, sum(amount) as total, avg(amount) as mean from orders group by status having sum(amount) > 10 order by total desc;
select customer_id, count(*) filter (where status = 'paid') as paid from orders group by customer_id order by customer_id;
select category, count(*) as n from products group by 1 order by 2 desc, 1;
select sum(case when status = 'paid' then amount else 0 end) as paid from orders;
select case status when 'paid' then 'yes' when 'open' then 'no' else 'other' end as done, count(*) as n from orders group by 1 order by 1;
-- subqueries
select name from customers where id in (select customer_id from orders where amount > 100) order by name;
select name from customers c where exists (select 1 from orders o where o.customer_id = c.id and o.status = 'paid') order by name;
select name from customers c where not exists (select * from orders o where o.customer_id = c.id);
select name, (select count(*) from orders o where o.customer_id = c.id) as orders from customers c order by c.id;
select * from (select status, count(*) as n from orders group by status) as s where n > 1 order by status;
select id from orders where amount > (select avg(amount) from orders) order by id;
select max(total) from (select customer_id, sum(amount) as total from orders group by customer_id) t;
select t.customer_id from (select customer_id, sum(amount) as total from orders group by customer_id) t where t.total = (select max(u.total) from (select sum(amount) as total from orders group by customer_id) u);
-- CTEs
with paid as (select * from orders where status = 'paid') select customer_id, sum(amount) as total from paid group by customer_id order by total desc;
with a as (select id, name from customers), b as (select customer_id, count(*) as n from orders group by customer_id) select a.name, b.n from a left join b on b.customer_id = a.id order by a.id;
with orders as (select 1 as id) select id from orders;
with recursive chain as (select id, name, 1 as depth from employees where manager_id is null union all select e.id, e.name, c.depth + 1 from employees e join chain c on e.manager_id = c.id) select name, depth from chain order by depth, name;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) select sum(i) from n;
with t(a, b) as (select id, name from customers) select b from t order by a;
with x as (select id from customers), y as (select id from x where id > 1) select count(*) from y;
-- windows
select id, row_number() over (order by amount desc, id) as place from orders where amount is not null order by place;
select id, sum(amount) over (partition by customer_id order by placed_at rows between unbounded preceding and current row) as running from orders order by id;
select id, lag(amount) over (order by id) as previous, lead(amount, 1) over (order by id) as following from orders order by id;
select id, rank() over w as r, dense_rank() over w as d from orders where amount is not null window w as (order by status) order by id;
select * from (select id, status, row_number() over (partition by status order by id) as place from orders) ranked where place = 1 order by id;
select customer_id, sum(amount) as total, sum(sum(amount)) over () as overall from orders group by customer_id order by customer_id;
select id, first_value(amount) over (partition by customer_id order by id) as first_amount, ntile(2) over (order by id) as half from orders order by id;
-- set operations
select city from customers where city is not null union select category from products order by 1;
select id from customers union all select id from products order by id;
select id from customers except select customer_id from orders order by id;
select id from customers intersect select customer_id from orders order by id;
select name from (select name from customers union all select name from products) u order by name limit 3;
-- text
select upper(name) as big, lower(name) as small, length(name) as size from customers order by id;
select substr(name, 1, 2) as start, replace(name, 'a', '_') as changed, trim('  x ') as trimmed from customers order by id;
select name || ' (' || coalesce(city, '?') || ')' as label from customers order by id;
select id from customers where name like '%a%' or name like 'B_b' order by id;
select cast(id as varchar(10)) || '!' as text, cast('12' as integer) + 1 as number from customers order by id;
-- names in every clause
select status as s, count(*) as n from orders group by status order by s;
select amount * 2 as double_amount from orders where id < 3 order by double_amount;
select name from customers order by signed_up desc, name;
select id as name, name as id from customers order by name;
select o.id from orders as o, customers as c where o.customer_id = c.id and c.name = 'Ada' order by o.id;
