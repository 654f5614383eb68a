from django.urls import reverse
from django.utils import translation


def admin_language(get_response):
    """Speak the user's own language in the admin; public pages never vary by who reads them."""
    admin_root = reverse("admin:index")

    def middleware(request):
        if request.path.startswith(admin_root) and request.user.is_authenticated:
            with translation.override(request.user.language):
                response = get_response(request)
                if hasattr(response, "render"):  # a TemplateResponse is rendered later, outside this block
                    response.render()
                return response
        return get_response(request)

    return middleware
