create table customers (
    id integer primary key, name text not null, email text, phone text, city text, signed_up text
);
create table products (id integer primary key, name text, category text, price real);
create table orders (
    id integer primary key, customer_id integer, placed_at text, status text, amount real, note text
);
create table order_items (order_id integer, product_id integer, quantity integer);
create table employees (id integer primary key, name text, manager_id integer, salary integer);
create table secrets (id integer, token text);
create view big_orders as select * from orders where amount > 50;
insert into customers values
    (1, 'Ada', 'ada@x.org', '100', 'Berlin', '2023-01-05'),
    (2, 'Bob', 'bob@x.org', null, 'Seoul', '2023-02-10'),
    (3, '지민', null, '300', 'Seoul', '2023-02-20'),
    (4, 'Dan', 'dan@x.org', '400', null, '2024-01-01');
insert into products values
    (1, 'Pen', 'office', 1.50), (2, 'Desk', 'office', 120.00), (3, 'Tea', 'food', 4.25), (4, 'Mug', 'food', null);
insert into orders values
    (1, 1, '2024-01-05 10:00:00', 'paid', 121.50, '{"gift": true, "tags": ["a", "b"], "n": 1}'),
    (2, 1, '2024-01-20 11:30:00', 'paid', 4.25, '{"gift": false, "n": 2}'),
    (3, 2, '2024-02-01 09:15:00', 'open', 240.00, null),
    (4, 2, '2024-02-14 23:59:59', 'paid', 8.50, '{"n": 3}'),
    (5, 3, '2024-03-01 00:00:00', 'void', null, null),
    (6, 3, '2024-03-02 12:00:00', 'paid', 60.00, null);
insert into order_items values (1, 1, 1), (1, 2, 1), (2, 3, 1), (3, 2, 2), (4, 3, 2), (5, 4, 1), (6, 1, 40);
insert into employees values (1, 'Ann', null, 90), (2, 'Ben', 1, 60), (3, 'Cho', 1, 70), (4, 'Dee', 3, 50);
insert into secrets values (1, 'do-not-read');
