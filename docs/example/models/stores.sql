select * from (values (1, 'Brooklyn', 'brooklyn@shop.example'), (2, 'Chicago', 'chicago@shop.example'))
    as stores (store_id, store_name, manager_email)
