"""Files of figures as their readers open them."""

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def bytes_of(response):
    assert response.status_code == 200, response.text
    return b"".join(response.streaming_content) if response.streaming else response.content


def as_json(client, address):
    return json.loads(bytes_of(client.get(address)))


def as_csv(client, address):
    text = bytes_of(client.get(address)).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def sheets(client, address):
    """Name → rows of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(bytes_of(client.get(address))))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def number_formats(client, address, column):
    """How the cells below the heading ``column`` of the first sheet are shown: codes like 0.00."""
    with zipfile.ZipFile(io.BytesIO(bytes_of(client.get(address)))) as book:
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    codes = {"0": "General", "1": "0", "2": "0.00"} | {
        one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{MAIN}numFmt")
    }
    looks = [codes[one.get("numFmtId")] for one in styles.find(f"{MAIN}cellXfs")]
    rows = [{re.sub(r"\d", "", cell.get("r")): cell for cell in row} for row in sheet.iter(f"{MAIN}row")]
    letter = next(key for key, cell in rows[0].items() if "".join(cell.itertext()) == column)
    return [looks[int(row[letter].get("s", 0))] if letter in row else None for row in rows[1:]]


def checked(dataset):
    """``dataset`` as JSON-stat 2.0 has it (https://json-stat.org/full/), and value and status by its coordinates."""
    assert (dataset["version"], dataset["class"]) == ("2.0", "dataset")
    assert [*dataset["dimension"]] == dataset["id"]
    categories = []
    for name, size in zip(dataset["id"], dataset["size"], strict=True):
        category = dataset["dimension"][name]["category"]
        assert [*category["index"].values()] == [*range(size)]
        assert category["index"].keys() == category["label"].keys() >= category.get("unit", {}).keys()
        categories.append([*category["index"]])
    roles = dataset["role"]
    assert roles.keys() <= {"time", "geo", "metric"}
    assert {name for names in roles.values() for name in names} <= {*dataset["id"]}

    def coordinates(place):
        found = []
        for codes in reversed(categories):
            place, at = divmod(place, len(codes))
            found.insert(0, codes[at])
        assert place == 0
        return tuple(found)

    assert all(value is None or isinstance(value, (int, float)) for value in dataset["value"].values())
    assert dataset.get("status", {}).keys() <= dataset["value"].keys() == dataset["extension"]["figures"].keys()
    return {
        coordinates(int(place)): (value, dataset.get("status", {}).get(place))
        for place, value in dataset["value"].items()
    }
