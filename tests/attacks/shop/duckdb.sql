create table customers (
    id integer primary key, name varchar not null, email varchar, phone varchar, city varchar, signed_up date,
    address struct(street varchar, zip varchar), tags varchar[]
);
create table products (id integer primary key, name varchar, category varchar, price decimal(10, 2));
create table orders (
    id integer primary key, customer_id integer, placed_at timestamp, status varchar, amount decimal(10, 2), note json
);
create table order_items (order_id integer, product_id integer, quantity integer);
create table employees (id integer primary key, name varchar, manager_id integer, salary integer);
create schema private;
create table private.secrets (id integer, token varchar);
create sequence order_numbers;
create view big_orders as select * from orders where amount > 50;
insert into customers values
    (1, 'Ada', 'ada@x.org', '100', 'Berlin', '2023-01-05', {'street': 'A 1', 'zip': '10'}, ['new', 'vip']),
    (2, 'Bob', 'bob@x.org', null, 'Seoul', '2023-02-10', {'street': 'B 2', 'zip': '20'}, ['old']),
    (3, '지민', null, '300', 'Seoul', '2023-02-20', {'street': 'C 3', 'zip': '30'}, []),
    (4, 'Dan', 'dan@x.org', '400', null, '2024-01-01', null, null);
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
insert into private.secrets values (1, 'do-not-read');
