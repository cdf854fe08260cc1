"""A row stays with its family or infant, or goes with it to the one that it is joined into; to no other one."""

import pgtrigger

STAYS = """
    IF NOT EXISTS (
        SELECT 1 FROM enrollment_family f WHERE f.id = OLD.family_id AND f.merged_into_id = NEW.family_id
    ) THEN
        RAISE EXCEPTION 'the row stays with its family'
            USING ERRCODE = 'check_violation', CONSTRAINT = '<name>';
    END IF;
    RETURN NEW;
"""


def follows_family(name: str) -> pgtrigger.Trigger:
    """Return the trigger of this name for a table with a ``family``."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("family"),
        func=STAYS.replace("<name>", name),
    )


STAYS_WITH_INFANT = """
    IF NOT EXISTS (
        SELECT 1 FROM enrollment_infant i WHERE i.id = OLD.infant_id AND i.joined_into_id = NEW.infant_id
    ) THEN
        RAISE EXCEPTION 'the row stays with its infant'
            USING ERRCODE = 'check_violation', CONSTRAINT = '<name>';
    END IF;
    RETURN NEW;
"""


def follows_infant(name: str) -> pgtrigger.Trigger:
    """Return the trigger of this name for a table with an ``infant``."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("infant"),
        func=STAYS_WITH_INFANT.replace("<name>", name),
    )
