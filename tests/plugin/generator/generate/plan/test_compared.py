"""What is compared and then counted, bounds in percent and on how many there are, the first and the last of things, the
part of the best of them, and what only seems to group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog_sync.model import Catalog, CatalogTable, QuestionView
from catalog_sync.times import event_time
from plugin.generator.generate.plan.errors import Unread
from plugin.generator.generate.plan.words.text import Text
from plugin.generator.understand.english_turns import plainly
from plugin.generator.understand.korean_turns import plainly as korean_plainly
from tests.support.catalogs import table
from tests.support.clinic import read
from tests.support.parcels import planned

_KOREAN = {
    "branch_name": ("지점",),
    "sold_value": ("판매액",),
    "margin_kept": ("마진",),
    "cost": ("재료비",),
    "price": ("가격",),
    "discount_amount": ("discount",),
}


def shop() -> Catalog:
    branches = table("branches", "branch_id int, branch_name varchar, opened_on date, city varchar", key="branch_id",
        values={"city": ("Oslo", "Rome")})  # fmt: skip
    makers = table("makers", "maker_id int, maker_name varchar, balance decimal, city varchar", key="maker_id",
        values={"city": ("Oslo", "Rome")})  # fmt: skip
    goods = table("goods", "good_id int, good_name varchar, price decimal, cost decimal, discount_rate decimal, "
        "discount_amount decimal, color varchar", key="good_id", values={"color": ("red", "blue")})  # fmt: skip
    offers = table("offers", "maker_id int, good_id int",
        refs={"maker_id": "makers.maker_id", "good_id": "goods.good_id"})  # fmt: skip
    orders = table("orders", "order_id int, branch_id int, ordered_on date, order_total decimal", key="order_id",
        refs={"branch_id": "branches.branch_id"})  # fmt: skip
    lines = table("order_lines", "line_id int, order_id int, ship_date date, delivered_date date, pieces int",
        refs={"order_id": "orders.order_id"})  # fmt: skip
    return Catalog("shop", "duckdb", tuple(map(_told, (branches, makers, goods, offers, orders, lines, sales()))))


def sales() -> CatalogTable:
    """A view by month and branch."""
    columns = "sold_month date, branch_name varchar, revenue decimal, gross_profit decimal, line_count int"
    values = {"branch_name": ("Brooklyn", "Chicago")}
    known = table("monthly_sales", f"{columns}, late_line_count int", values=values)
    measures = dict.fromkeys(("revenue", "gross_profit", "line_count", "late_line_count"), "sum")
    return replace(known, view=QuestionView(("sold_month", "branch_name"), measures, time_column="sold_month"))


def _told(known: CatalogTable) -> CatalogTable:
    of = {"discount_rate": "Part of the price that is given away, as a fraction of 1."}
    columns = (replace(c, synonyms=_KOREAN.get(c.name, ()), description=of.get(c.name, "")) for c in known.columns)
    return replace(known, columns=tuple(columns))


@pytest.mark.parametrize(
    ("question", "of", "ends"),
    [
        ("Which branches have a late rate above 30%?", "monthly_sales", "NULLIF(SUM(line_count), 0) > 0.3"),
        ("Which branches have a gross margin below 60 percent?", "monthly_sales", "NULLIF(SUM(revenue), 0) < 0.6"),
        ("How many goods have a discount over 5%?", "goods", "WHERE discount_rate > 0.05"),
    ],
)
def test_a_bound_in_percent_is_a_fraction_of_what_is_a_rate(question: str, of: str, ends: str) -> None:
    assert planned(question, of, shop()).endswith(ends)


def test_percent_of_what_is_no_rate_is_not_read() -> None:
    with pytest.raises(Unread, match="percent of what"):
        planned("Which goods have a price above 30%?", "goods", shop())


@pytest.mark.parametrize(
    ("question", "inner"),
    [
        ("How many branches had higher revenue in 2020 than in 2019?", "GROUP BY branch_name HAVING"),
        ("How many branches have above-average revenue?", "WHERE figure > (SELECT AVG(figure) FROM figures)"),
        ("How many branches have a late rate above 30%?", "GROUP BY branch_name HAVING"),
    ],
)
def test_what_is_compared_is_then_counted(question: str, inner: str) -> None:
    sql = planned(question, "monthly_sales", shop())
    assert sql.startswith("SELECT COUNT(*) AS branch_name_count FROM (")
    assert inner in sql


@pytest.mark.parametrize(
    "question", ["Which makers offer more than 5 goods?", "Which makers offer more than 5 different goods?"]
)
def test_a_bound_on_how_many_things_there_are(question: str) -> None:
    assert planned(question, "offers", shop()).endswith("HAVING COUNT(DISTINCT goods.good_id) > 5")


def test_each_row_has_one_of_what_it_is_of() -> None:
    with pytest.raises(Unread):
        planned("Which orders visited more than 2 branches?", "orders", shop())


@pytest.mark.parametrize(
    ("question", "ends"),
    [
        ("Which branch opened first?", "ORDER BY opened_on ASC LIMIT 1"),
        ("Which branch opened most recently?", "ORDER BY opened_on DESC LIMIT 1"),
        ("Show the 3 newest branches", "ORDER BY opened_on DESC LIMIT 3"),
    ],
)
def test_the_first_and_the_last_of_things(question: str, ends: str) -> None:
    sql = planned(question, "branches", shop())
    assert sql.startswith("SELECT branch_name")
    assert sql.endswith(ends)


@pytest.mark.parametrize("question", ["When did the first branch open?", "How many branches opened first?"])
def test_a_day_and_a_number_are_not_the_first_of_things(question: str) -> None:
    with pytest.raises(Unread):
        planned(question, "branches", shop())


def test_the_part_of_the_best_together() -> None:
    sql = planned("What share of revenue came from the top 3 branches?", "monthly_sales", shop())
    assert "CASE WHEN place <= 3 THEN revenue END" in sql
    assert "GROUP BY branch_name" in sql
    with pytest.raises(Unread, match="each of the best"):
        planned("Show the top 3 branches by revenue with the share of revenue of each", "monthly_sales", shop())


def test_the_largest_of_rows_is_by_what_they_are_worth() -> None:
    sql = planned("What were the ten largest orders of 2020?", "orders", shop())
    assert sql.startswith("SELECT order_id, order_total")
    assert sql.endswith("ORDER BY order_total DESC LIMIT 10")


def test_what_is_listed_with_what_it_has() -> None:
    sql = planned("List the makers in Oslo with their balance", "makers", shop())
    assert sql.startswith("SELECT maker_name, balance")


def test_by_whom_is_not_by_each() -> None:
    assert "GROUP BY" not in planned("How many orders were placed by branches in Rome?", "orders", shop())
    assert "GROUP BY" in planned("How many orders were placed by branch?", "orders", shop())


def test_order_lines_are_of_the_day_of_their_order() -> None:
    lines = next(t for t in shop() if t.name.name == "order_lines")
    assert event_time(lines) is None
    alone = replace(lines, foreign_keys=())
    assert event_time(alone) is not None


def test_the_figure_before_expensive_is_what_is_ranked() -> None:
    assert "cost DESC" in planned("재료비가 가장 비싼 good_name은?", "goods", shop())


def library() -> Catalog:
    """Loans that are out or back, and the fines for them."""
    loans = table("loans", "loan_id int, out_dt date, ret_dt date", key="loan_id")
    told = "Checkouts, one row per loan. ret_dt is empty while the item is out (or lost)."
    gaps = {"out_dt": False, "ret_dt": True}
    columns = tuple(replace(c, gaps=gaps.get(c.name)) for c in loans.columns)
    fines = table("fines", "fine_id int, loan_id int, fine_amt decimal, state varchar", key="fine_id",
        refs={"loan_id": "loans.loan_id"}, values={"state": ("paid", "unpaid")})  # fmt: skip
    return Catalog("library", "duckdb", (replace(loans, description=told, columns=columns), fines))


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("Total unpaid fines", "SUM(fine_amt)"),
        ("What is the amount of unpaid fines?", "SUM(fine_amt)"),
        ("What is the average fine?", "AVG(fine_amt)"),
        ("How many unpaid fines are there?", "COUNT(*)"),
    ],
)
def test_rows_that_are_money(question: str, figure: str) -> None:
    assert planned(question, "fines", library()).startswith(f"SELECT {figure}")


def test_the_table_says_what_it_means_that_a_day_is_missing() -> None:
    (sql,) = read("How many loans are still out?", library())
    assert sql.endswith("WHERE loans.ret_dt IS NULL")


def test_what_would_be_is_not_what_is() -> None:
    assert planned("How much revenue did each branch receive?", "monthly_sales", shop(), verbs=False)
    with pytest.raises(Unread, match="what would be"):
        planned("How much revenue would each branch receive?", "monthly_sales", shop(), verbs=False)


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("How many holds are waiting?", "wait"),
        ("Which store does best?", "best"),
        ("Which stores are selling the most?", ""),
    ],
)
def test_what_some_are_is_left_to_be_explained(question: str, left: str) -> None:
    assert (left in Text(question).unexplained(verbs=False)) is bool(left)


def test_what_one_of_them_costs_is_no_sum() -> None:
    with pytest.raises(Unread):
        planned("How much does Brooklyn cost?", "monthly_sales", _with_cost(shop()))


def _with_cost(catalog: Catalog) -> Catalog:
    *others, view = catalog
    assert view.view is not None
    costs = replace(view.view, measures={**view.view.measures, "supply_cost": "sum"})
    column = replace(view.columns[2], name="supply_cost")
    return Catalog("shop", "duckdb", (*others, replace(view, view=costs, columns=(*view.columns, column))))


@pytest.mark.parametrize(("word", "order"), [("best", "DESC"), ("worst", "ASC")])
def test_the_best_margin_is_ranked(word: str, order: str) -> None:
    sql = planned(f"Which branch has the {word} gross margin?", "monthly_sales", shop())
    assert sql.endswith(f"{order} LIMIT 1")


def test_both_periods_are_not_each_of_them() -> None:
    with pytest.raises(Unread, match="both"):
        planned("How many orders were placed in both 2019 and 2020?", "orders", shop())


def test_by_what_is_only_counted_here_is_not_read() -> None:
    with pytest.raises(Unread, match="by what is not here"):
        planned("Revenue by line", "monthly_sales", shop())


@pytest.mark.parametrize(
    ("asked", "put"),
    [
        ("Which branch's sales grew the fastest in 2020?", "which branch had the highest sales growth in 2020?"),
        ("Which branch grew fastest?", "which branch had the highest sales growth?"),
        ("Which branches sold less than last month?", "Which branches sold less this month than in last month?"),
        ("How many orders had both tea and coffee?", "How many orders had at least one tea and at least one coffee?"),
        ("share of each branch in total revenue", "share of revenue by branch"),
    ],
)
def test_turns_of_comparison(asked: str, put: str) -> None:
    assert plainly(asked) == put


@pytest.mark.parametrize(
    ("asked", "put"),
    [
        ("평균보다 매출이 높은 매장", "매출이 평균보다 높은 매장"),
        ("가장 이익이 많이 남는 상품", "이익이 가장 많은 상품"),
        ("배송이 늦은 주문", "지연된 주문"),
    ],
)
def test_korean_turns_of_comparison(asked: str, put: str) -> None:
    assert korean_plainly(asked) == put


@pytest.mark.parametrize("question", ["Which reds cost less than 6?", "List the reds", "가격이 6 미만인 red는?"])
def test_a_kind_of_the_rows_stands_for_them(question: str) -> None:
    assert planned(question, "goods", shop(), {"reds": "red"}).startswith("SELECT good_name")


def test_with_what_they_cost() -> None:
    sql = planned("List the reds with their price", "goods", shop(), {"reds": "red"})
    assert sql == "SELECT good_name, price FROM main.goods WHERE color = 'red'"


def test_the_price_is_what_things_cost() -> None:
    assert planned("How many goods cost more than 8 dollars?", "goods", shop()).endswith("WHERE price > 8")
    assert planned("Which good costs the most?", "goods", shop()).endswith("ORDER BY price DESC LIMIT 1")
    (sql,) = read("List the goods that cost less than 6", shop())
    assert sql.endswith("goods.price < 6")


@pytest.mark.parametrize(
    "question",
    ["Which month had the biggest increase in revenue in 2020?", "2020년에 revenue가 가장 크게 늘어난 달은?"],
)
def test_the_month_that_rose_the_most_is_by_its_change(question: str) -> None:
    sql = planned(question, "monthly_sales", shop())
    assert "LAG(revenue)" in sql
    assert sql.endswith("ORDER BY revenue_change DESC LIMIT 1")


def test_who_never_did_what_is_left_of_it() -> None:
    members = table("members", "member_id int, member_name varchar", key="member_id")
    loans = table("loans", "loan_id int, member_id int", key="loan_id", refs={"member_id": "members.member_id"})
    (sql,) = read("How many members have never borrowed anything?", Catalog("library", "duckdb", (members, loans)))
    assert "WHERE NOT members.member_id IN (SELECT loans.member_id" in sql


def test_more_than_one_thing_however_often() -> None:
    (sql,) = read("Makers with more than one good", shop())
    assert "GROUP BY offers.maker_id HAVING COUNT(DISTINCT offers.good_id) > 1" in sql
