"""FL410 function-url-cors-open."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import FunctionUrl
from faaslint.model.read import boolean_of, elements, openness, text_of
from faaslint.model.span import Place
from faaslint.model.value import Unknown, is_absent, jointly


@rule(
    id="FL410",
    name="function-url-cors-open",
    level=Level.WARNING,
    visits=FunctionUrl,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html",),
    cwe=(942,),
    security_severity=5.0,
)
def function_url_cors_open(url: FunctionUrl, graph: Graph, context: Context) -> Iterator[Answer]:
    """The CORS configuration of a function URL allows every origin.

    What it does
    Looks for `*` among the allowed origins of a function URL. With `AllowCredentials` it is a warning, else a note. Which
    methods are allowed makes no difference: any of them reaches the function.

    Why it matters
    Any page that a user visits may call the URL from their browser and read the answer; with credentials it does so in the
    user's name, with their cookies.

    How to fix
    List the origins that your pages are served from, with their scheme: `https://shop.example.com`.

    What it can't know
    Which origins call the URL, and whether what it answers is public anyway.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
    """
    if is_absent(url.allow_origins):
        yield INAPPLICABLE
        return
    spoken = False
    for outer, origin in elements(url.allow_origins):
        if text_of(origin) != "*":
            continue
        spoken = True
        for guard, (credentials,) in jointly(url.allow_credentials, given=outer):
            sent = boolean_of(credentials) is True
            place = Place(origin.trail[-1] if origin.trail else url.span, url.spellings["allow_origins"])
            yield claim(
                url,
                "allow_origins",
                f"Function URL '{url.name}' lets pages of every origin call it"
                f"{', with the credentials of their visitors' if sent else ''}; list the origins that should.",
                value=origin,
                at=place,
                level=None if sent else Level.NOTE,
                guard=guard,
            )
    if spoken:
        return
    for _, origin in elements(url.allow_origins):
        if isinstance(origin, Unknown):
            yield withheld(origin, url)
            return
    unknown = openness(url.allow_origins)
    if unknown is not None:
        yield withheld(Unknown(unknown.why), url)
