"""People from a partner's own data, and settings: errors name file, row, field; no value."""

import sqlite3
import sys
from datetime import date

import pytest

from breakwater.sharing.node import keys, settings
from breakwater.sharing.node.people import PeopleProblem, Source, read_mapping, read_people
from breakwater.sharing.node.settings import HolderSettings, NodeSettings, SettingsProblem
from tests.sharing.node.partners import a_party, write_holder, write_node

TODAY = date(2026, 11, 25)
MAPPING = """
csv = "pupils.csv"
[columns]
given = "first_name"
family = "surname"
born = "dob"
address = [["house", "street"], "town"]
nhs_number = "nhs"
known_since = "enrolled"
last_contact = "seen"
contact = "desk"
[dates]
born = "%d/%m/%Y"
[contacts]
usual = "Safeguarding desk, 01632 960123"
head = "Ms Hill"
"""
ROWS = """first_name,surname,dob,house,street,town,nhs,enrolled,seen,desk
Amelia,Hartley,14/05/2017,12,Mill Lane,York,943 476 5919,2022-09-01,2026-10-10,head
Sam,Okafor,,,,,,,,
"""


def a_mapping(tmp_path, text=MAPPING, rows=ROWS):
    (tmp_path / "pupils.csv").write_text(rows)
    (tmp_path / "people.toml").write_text(text)
    return tmp_path / "people.toml"


def people_of(path):
    source = Source()
    return list(read_people(read_mapping(path), source, TODAY)), source


def test_a_csv_file_becomes_people_with_months_and_contact(tmp_path):
    [amelia, sam], source = people_of(a_mapping(tmp_path))
    assert (amelia.profile.given, amelia.profile.born) == ("amelia", "2017-05-14")
    assert (amelia.profile.door, amelia.profile.street) == ("12", "mill lane")
    assert amelia.profile.nhs_number == "9434765919"
    assert (amelia.since, amelia.last, amelia.contact) == (date(2022, 9, 1), date(2026, 10, 10), 1)
    assert (sam.profile.family, sam.since, sam.last, sam.contact) == ("okafor", None, None, 0)
    assert (source.read, source.examples) == (2, [])


def a_database(tmp_path):
    with sqlite3.connect(tmp_path / "pupils.db") as base:
        base.execute(f"create table pupils ({ROWS.splitlines()[0]})")
        base.execute(
            "insert into pupils values ('Amelia', 'Hartley', '14/05/2017', 12, 'Mill Lane', 'York',"
            " 9434765919, '2022-09-01', null, 'head')"
        )
    base.close()
    return f"sqlite:///{tmp_path}/pupils.db"


@pytest.mark.parametrize(
    "what", ['table = "pupils"', 'query = "select * from pupils where dob is not null"']
)
def test_a_table_and_a_query_give_the_same_people_as_a_file(tmp_path, what, monkeypatch):
    monkeypatch.setenv("PUPILS", a_database(tmp_path))
    path = a_mapping(
        tmp_path, MAPPING.replace('csv = "pupils.csv"', f'database = "env:PUPILS"\n{what}')
    )
    [found], _ = people_of(path)
    assert found.profile == people_of(a_mapping(tmp_path))[0][0].profile
    assert (found.since, found.last, found.contact) == (date(2022, 9, 1), None, 1)


def test_without_sqlalchemy_a_database_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    text = MAPPING.replace('csv = "pupils.csv"', 'database = "sqlite://"\ntable = "pupils"')
    with pytest.raises(PeopleProblem, match=r"pip install breakwater\[node\]"):
        people_of(a_mapping(tmp_path, text))


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("sqlite:////nowhere/at/all.db", "cannot be read: OperationalError"),
        ("postgresql+nosuchdriver://u:secret@h/d", "cannot be read: NoSuchModuleError"),
        ("mysql://u:secret@127.0.0.1/d", "missing: MySQLdb"),
        ("no url", "cannot be read: ArgumentError"),
    ],
)
def test_a_database_that_cannot_be_read_says_so_without_its_password(tmp_path, database, words):
    text = MAPPING.replace('csv = "pupils.csv"', f'database = "{database}"\ntable = "pupils"')
    with pytest.raises(PeopleProblem, match=words) as problem:
        people_of(a_mapping(tmp_path, text))
    assert "secret" not in str(problem.value)


def test_a_date_that_is_none_is_left_out_and_said_with_row_and_column_but_no_value(tmp_path):
    rows = (
        ROWS.replace("14/05/2017", "31/02/2017")
        .replace("2022-09-01", "soon")
        .replace("head", "nobody")
    )
    [amelia, _], source = people_of(a_mapping(tmp_path, rows=rows))
    assert (amelia.profile.born, amelia.since, amelia.contact) == ("", None, 0)
    assert source.examples == [
        "pupils.csv, row 2, column dob: is not a date as %d/%m/%Y; left out",
        "pupils.csv, row 2, column enrolled: is not a date as %Y-%m-%d; left out",
        "pupils.csv, row 2, column desk: is not one of [contacts]",
    ]


def test_a_broken_row_is_refused_and_the_others_are_read(tmp_path):
    rows = ROWS + "too,few\nx\0,y,,,,,,,,\nLast,One,,,,,,,,\n"
    found, source = people_of(a_mapping(tmp_path, rows=rows))
    assert [one.profile.given for one in found] == ["amelia", "sam", "last"]
    assert [place.partition(": ")[2][:14] for place in source.examples] == [
        "has 2 columns,",
        "holds a NUL ch",
    ]
    assert "row 4" in source.examples[0]


def test_a_year_or_month_of_birth_is_kept_where_dates_are_iso(tmp_path):
    rows = ROWS.replace("14/05/2017", "2017-05")
    [amelia, _], source = people_of(
        a_mapping(tmp_path, MAPPING.replace('born = "%d/%m/%Y"', ""), rows)
    )
    assert (amelia.profile.born, source.examples) == ("", [])
    assert date.fromordinal(int(amelia.profile.born_from)) == date(2017, 5, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('csv = "pupils.csv"', "", "must name csv, or database"),
        ('csv = "pupils.csv"', 'csv = "a"\ndatabase = "b"', "one of the two"),
        ('csv = "pupils.csv"', 'database = "sqlite://"', "must name table, or query"),
        ('csv = "pupils.csv"', 'database = "sqlite://"\ntable = "a; drop"', "must be a plain name"),
        ('csv = "pupils.csv"', 'database = "env:NO_SUCH"\ntable = "a"', "NO_SUCH is not set"),
        ('csv = "pupils.csv"', "csv = 3", "csv must be a text"),
        ('csv = "pupils.csv"', 'csv = "pupils.csv"\nfile = 1', "does not know file"),
        ('csv = "pupils.csv"', 'csv = "missing.csv"', "missing.csv: cannot be read"),
        ('given = "first_name"', 'forename = "first_name"', "columns.forename is not known"),
        ('given = "first_name"', "given = 3", "columns.given must be a column's name"),
        ('given = "first_name"', 'given = "vorname"', "has no column 'vorname'"),
        ('born = "dob"', 'born = ["dob", "nhs"]', "columns.born must be one column"),
        ('born = "%d/%m/%Y"', 'born = "day/month"', "dates.born must be one of"),
        ('born = "%d/%m/%Y"', 'family = "%d"', "dates.family must be one of"),
        ('usual = "Safeguarding desk, 01632 960123"', "", "contacts.usual must say whom to ask"),
        ('head = "Ms Hill"', "head = 3", "contacts.head must be a text"),
        ("[columns]", "[columns", "is not TOML"),
        ("[contacts]", "[other]", "does not know other"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_says_which_field(tmp_path, old, new, words):
    assert old in MAPPING
    with pytest.raises(PeopleProblem, match=words):
        people_of(a_mapping(tmp_path, MAPPING.replace(old, new)))


@pytest.fixture
def parties(tmp_path):
    hub, holder, node = (a_party(tmp_path, name) for name in ("hub", "holder", "school"))
    write_holder(holder, [hub, node])
    write_node(node, hub, holder)
    return hub, holder, node


def test_settings_are_read_with_paths_from_where_the_file_lies(parties):
    _, holder, node = parties
    told = settings.read(node.settings, NodeSettings)
    assert (told.data, told.people) == (node.folder / "data", node.folder / "people.toml")
    assert told.address == ("127.0.0.1", node.port)
    assert told.limits.queries_an_hour == 120
    assert [c.name for c in settings.read(holder.settings, HolderSettings).callers] == [
        "hub",
        "school",
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('name = "school"', "", "name: Field required"),
        ('name = "school"', 'name = "School!"', "name: String should match"),
        ('data = "data"', 'data = "data"\ncolour = "blue"', "colour: Extra inputs"),
        ('listen = "127', 'listen = "no port"\nx = "', "listen: String should match"),
        ('people = "people.toml"', "", "people: Field required"),
        (
            'url = "http://127.0.0.1',
            'url = "http://hub.example.org',
            "hub.url: .*must begin with https",
        ),
        ("[limits]", "[limits]\nqueries_an_hour = 0", "limits.queries_an_hour: .*greater"),
        ("[limits]", "[limits", "is not TOML"),
        ("[hub]", "[hub2]", "hub: Field required"),
    ],
)
def test_settings_that_cannot_be_used_say_which_field(parties, old, new, words):
    node = parties[2]
    text = node.settings.read_text()
    assert old in text
    node.settings.write_text(text.replace(old, new))
    with pytest.raises(SettingsProblem, match=words):
        settings.read(node.settings, NodeSettings)


def test_a_public_key_that_is_none_is_named(parties):
    node = parties[2]
    lines = node.settings.read_text().replace(keys.text_of(parties[0].signing.public), "c2hvcnQ=")
    node.settings.write_text(lines)
    with pytest.raises(SettingsProblem, match=r"hub\.sign: .*32 bytes in base64"):
        settings.read(node.settings, NodeSettings)


def test_keys_are_files_that_only_their_owner_reads(tmp_path):
    public = keys.make(tmp_path / "oprf.key", keys.PSEUDONYMS)
    assert keys.oprf_key(tmp_path / "oprf.key").public == public
    assert (tmp_path / "oprf.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(keys.KeyProblem, match="never overwritten"):
        keys.make(tmp_path / "oprf.key", keys.PSEUDONYMS)
    (tmp_path / "oprf.key").chmod(0o640)
    with pytest.raises(keys.KeyProblem, match="chmod 600"):
        keys.oprf_key(tmp_path / "oprf.key")


def test_a_key_of_the_other_kind_a_broken_and_a_missing_one_are_refused(tmp_path):
    path = tmp_path / "signing.key"
    keys.make(path, keys.SIGNING)
    with pytest.raises(keys.KeyProblem, match="does not begin with breakwater-oprf-key"):
        keys.oprf_key(path)
    with pytest.raises(keys.KeyProblem, match="cannot be read"):
        keys.signing_key(tmp_path / "none.key")
    path.write_text(f"{keys.PSEUDONYMS} {keys.text_of(bytes(32))}")
    with pytest.raises(keys.KeyProblem, match="does not hold a key"):
        keys.oprf_key(path)
    path.write_text(f"{keys.SIGNING} abc")
    with pytest.raises(keys.KeyProblem, match="32 bytes in base64"):
        keys.signing_key(path)
