"""Growth, shares and indices that stand beside the levels of a table."""

from .laid_out import only, tables


def test_growth_beside_a_level_is_growth_of_it():
    text = (
        "时间：2024年\n地区,地区生产总值(亿元),比上年增长(%),人口(万人),占比(%),工业增加值增速(%)\n重庆市,1,2,3,4,5\n"
    )

    assert sorted(only(text)) == sorted(
        [
            ("重庆市", "地区生产总值(亿元)", None, "2024", "", "1"),
            ("重庆市", "地区生产总值", "%", "2024", "yoy", "2"),
            ("重庆市", "人口(万人)", None, "2024", "", "3"),
            ("重庆市", "人口", "%", "2024", "share", "4"),
            ("重庆市", "工业增加值增速(%)", "%", "2024", "yoy", "5"),
        ]
    )


def test_growth_in_a_line_of_its_own_and_in_a_column_of_the_only_year():
    text = "地区：重庆市\n指标,2024年\n地区生产总值(亿元),1\n比上年增长(%),2\n粮食产量增速(%),3\n"
    assert only(text) == [
        (None, "地区生产总值(亿元)", None, "2024", "", "1"),
        (None, "地区生产总值", "%", "2024", "yoy", "2"),
        (None, "粮食产量增速(%)", "%", "2024", "yoy", "3"),
    ]

    assert only("地区：重庆市\n指标,单位,2024年,±%\n粮食,万吨,1,2\n") == [
        (None, "粮食", "万吨", "2024", "", "1"),
        (None, "粮食", "%", "2024", "yoy", "2"),
    ]


def test_an_index_of_the_year_before():
    text = "指标,2024年\n地区生产总值指数(上年=100),105.7\n居民消费价格指数（上年=100）,100.2\n"
    (table,) = tables(text)

    assert [(line.form.transformation, line.form.of) for line in table.lines] == [
        ("index", "地区生产总值"),
        ("index", "居民消费价格指数"),
    ]


def test_sums_and_months_beside_each_other_with_their_growth():
    text = "2024年9月\n地区：重庆市\n指标,本月,本月累计,同比±%\n产量(吨),1,2,3\n"
    assert only(text) == [
        (None, "产量(吨)", None, "2024-09", "", "1"),
        (None, "产量(吨)", None, "2024-09", "ytd", "2"),
        (None, "产量(吨)", "%", "2024-09", "yoy ytd", "3"),
    ]
    text = "指标,2024年1-9月,,2024年9月,\n,累计,同比增长(%),当月,同比增长(%)\n产量(吨),1,2,3,4\n"
    assert [line[3:] for line in only(text)] == [
        ("2024-09", "ytd", "1"),
        ("2024-09", "yoy ytd", "2"),
        ("2024-09", "", "3"),
        ("2024-09", "yoy", "4"),
    ]


def test_numbers_of_lines_are_left_out_and_a_column_nobody_knows_is_a_question():
    assert only("序号,地区,2024年\n1,重庆市,7\n") == [("重庆市", None, None, "2024", "", "7")]

    (table,) = tables("地区,2024年,核对\n重庆市,7,已核\n")
    assert [(row, column) for row, column, _reason in table.problems] == [(2, "核对")]


def test_a_name_over_figures_whose_lines_are_named_is_a_question():
    (table,) = tables("指标,2024年,\n,全部企业,工业企业\n产量(吨),1,2\n")

    assert [(row, column) for row, column, _reason in table.problems] == [
        (2, "2024年 全部企业"),
        (2, "2024年 工业企业"),
    ]
