"""The base of every form: CSRF stays on, and what the domain refuses is shown beside its field."""

from typing import Any

from flask_wtf import FlaskForm

from portal.core.errors import Invalid


class PortalForm(FlaskForm):
    """A form whose domain errors can be shown like its own; render its fields with ``macros/forms.html``."""

    def refuse(self, error: Invalid) -> None:
        """Show ``error`` on this form: beside the fields that it names, else in the summary on top."""
        left: list[str] = []
        for name, sentence in error.fields.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = [*field.errors, sentence]
            else:
                left.append(sentence)
        if left or not error.fields:
            self.form_errors.extend(left or [str(error)])

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Every error as (id of the field or "", sentence), in the order of the fields."""
        fields: list[Any] = list(self._fields.values())
        found = [(f.id, str(sentence)) for f in fields for sentence in f.errors if f.name != "csrf_token"]
        return [("", str(sentence)) for sentence in self.form_errors] + found
