from django.contrib.auth import authenticate
from django.http import HttpRequest

from breakwater.access.models import User
from breakwater.web.forms import GovForm, Password, Text


class SignInForm(GovForm):
    username = Text("Username", max_length=100, autocomplete="username", spellcheck=False, width=20)
    password = Password("Password", max_length=200, width=20)

    def user(self, request: HttpRequest) -> User | None:
        """Return who it is; None, with an error that does not say which was wrong."""
        user = authenticate(request, **self.cleaned_data)
        if user is None:
            self.error_at("username", "Enter a username and password that belong together")
        return user if isinstance(user, User) else None
