"""The import form: where documents go, what they are, and the files."""

from wtforms import MultipleFileField, SelectField
from wtforms.validators import InputRequired

from portal.content.models import Kind, Marking
from portal.web.forms import PortalForm

AS_THEY_SAY = "as-they-say"


class ImportForm(PortalForm):
    """Choices of compartments are set by the view from the clearance, so no other can be named."""

    compartment = SelectField("Share with", validators=[InputRequired("Choose who may read the documents.")])
    kind = SelectField(
        "What they are",
        choices=[(AS_THEY_SAY, "As each file says"), *((kind.value, kind.label) for kind in Kind)],
        default=AS_THEY_SAY,
        validators=[InputRequired("Choose what the documents are.")],
    )
    marking = SelectField(
        "Marking",
        choices=[(AS_THEY_SAY, "As each file says (not sensitive otherwise)")]
        + [(marking.value, marking.label) for marking in Marking],
        default=AS_THEY_SAY,
        validators=[InputRequired("Choose a marking.")],
    )
    files = MultipleFileField("Files", validators=[InputRequired("Choose at least one file.")])
