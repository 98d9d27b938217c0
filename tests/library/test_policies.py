"""Who reads what: the predicate and the SQL condition say the same, and both say what the README says."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.permissions import NOBODY, SYSTEM
from lms.library.models import LibraryItem
from lms.library.policies import may_read, readable
from tests.factories.courses import make_course
from tests.factories.hubs import make_hub, make_manager, make_office, make_trainer
from tests.factories.library import make_item
from tests.factories.people import make_person, viewer_for
from tests.factories.programmes import enrol, make_programme

pytestmark = pytest.mark.usefixtures("database")

SHARED = {"glossary", "everyone", "participants", "trainers"}


def test_who_reads_what() -> None:
    finland, germany = make_hub(), make_hub("Germany", countries=("DE",))
    make_item("glossary", kind="glossary")
    for audience in ("everyone", "participants", "trainers"):
        make_item(audience, audience=audience)
        make_item(f"fi-{audience}", audience=audience, hub_id=finland.id)
        make_item(f"de-{audience}", audience=audience, hub_id=germany.id)
    finnish = make_programme(hub_id=finland.id, course_id=make_course().id)
    german = make_programme(hub_id=germany.id, course_id=make_course("ttt", audience="trainers").id)
    learner, trainee, left = make_person("Marja"), make_person("Radu"), make_person("Lea Left")
    enrol(learner.id, finnish)
    enrol(trainee.id, german, None)
    enrol(left.id, finnish).left_at = now()
    author = make_person("Aino Author", ("author", "partnership", 0))
    of_programme = make_person("Tia Trainer", ("trainer", "programme", finnish.id))
    db.session.flush()

    of_finland = {"fi-everyone", "fi-participants", "fi-trainers"}
    expected = {
        NOBODY: {"glossary"},
        viewer_for(make_person("Nora Newcomer").id): {"glossary", "everyone"},
        viewer_for(left.id): {"glossary", "everyone"},
        viewer_for(learner.id): {"glossary", "everyone", "participants", "fi-everyone", "fi-participants"},
        viewer_for(trainee.id): SHARED | {"de-everyone", "de-participants", "de-trainers"},
        viewer_for(make_trainer(finland.id).id): SHARED | of_finland,
        viewer_for(make_manager(finland.id).id): SHARED | of_finland,
        viewer_for(of_programme.id): SHARED,
        viewer_for(author.id): SHARED,
        viewer_for(make_office().id): SHARED,
        SYSTEM: {item.key for item in db.session.scalars(select(LibraryItem))},
    }
    items = list(db.session.scalars(select(LibraryItem)))
    for viewer, keys in expected.items():
        assert {item.key for item in items if may_read(viewer, item)} == keys, viewer.name
        assert set(db.session.scalars(select(LibraryItem.key).where(readable(viewer)))) == keys, viewer.name
