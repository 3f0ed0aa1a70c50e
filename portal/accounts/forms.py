"""The forms of signing in. What is not typed is refused here; what is wrong, by the service."""

from wtforms import BooleanField, EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portal.web.forms import PortalForm


class SignInForm(PortalForm):
    """The first step."""

    acknowledged = BooleanField(
        "I have read this notice and agree to these terms.",
        validators=[
            InputRequired("Read the notice and tick the box below it; without that nobody is let in.")
        ],
    )
    email = EmailField(
        "E-mail address",
        validators=[InputRequired("Type your e-mail address."), Length(max=254, message="This is too long.")],
    )
    password = PasswordField("Password", validators=[InputRequired("Type your password.")])
    next = HiddenField()


class CodeForm(PortalForm):
    """The second step."""

    code = StringField(
        "Six-digit code",
        validators=[InputRequired("Type the six digits that your authenticator app shows now.")],
    )
