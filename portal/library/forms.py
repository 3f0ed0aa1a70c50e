"""The import form: where documents go, what they are, and the files."""

from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import DateField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from portal.content.models import Kind, Marking
from portal.web.forms import PortalForm

AS_THEY_SAY = "as-they-say"
A_DATE = "Give a date as year, month and day, such as 2026-11-24, or leave it empty."


class ImportForm(PortalForm):
    """Choices of compartments are set by the view from the clearance, so no other can be named."""

    compartment = SelectField("Share with", validators=[InputRequired("Choose who may read the documents.")])
    kind = SelectField(
        "What they are",
        choices=[SelectChoice(AS_THEY_SAY, "Decide from each file; reference if it does not say")]
        + [SelectChoice(kind.value, kind.label) for kind in Kind],
        default=AS_THEY_SAY,
        validators=[InputRequired("Choose what the documents are.")],
    )
    marking = SelectField(
        "Marking",
        choices=[SelectChoice(AS_THEY_SAY, "As each file says; as before for a new version")]
        + [SelectChoice(marking.value, marking.label) for marking in Marking],
        default=AS_THEY_SAY,
        validators=[InputRequired("Choose a marking.")],
    )
    dated = DateField("Dated", validators=[Optional()], invalid_value_message=A_DATE)
    files = MultipleFileField("Files", validators=[InputRequired("Choose at least one file.")])


class AttachmentForm(PortalForm):
    """One file to add to a document."""

    file = FileField("File", validators=[FileRequired("Choose a file.")])
