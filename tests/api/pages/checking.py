"""The check of a reader's own browser, asked by tests: as a whole, and in parts."""

import json

from api.pages.assets import address
from instances.writing import document_text
from tests.api.pages.browsing import visit

LOOK = """async ([address, instance, files]) => {
  const { verify } = await import(address);
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return files.map(({ name, plan, certificate }) => {
    const lines = {};
    const told = (check, state, said) => { lines[check] = [state, said]; };
    const { state } = verify({ instance: bytes(instance), plan: bytes(plan), certificate: bytes(certificate) }, told);
    return [name, state, lines];
  });
}"""


def in_the_browser(chromium, site, instance, files):
    with visit(chromium, site, "en") as seen:
        seen.go("/sign-in")
        return seen.page.evaluate(LOOK, [address("verify_whole.js"), instance, files])


MODULES = {
    address(f"verify_{name}.js"): words
    for name, words in {
        "form": "certificateOf", "cases": "boundOfCases", "pieces": "boundOfPieces, Steps", "unique": "drawn",
        "plan": "Zone", "instance": "readInstance", "json": "parse",
    }.items()
}  # fmt: skip
IMPORTS = "\n".join(f"const {{ {words} }} = await import('{path}');" for path, words in MODULES.items())
ASK = f"""async () => {{
  {IMPORTS}
  const read = (text) => parse(new TextEncoder().encode(text));
  const tried = (look) => {{ try {{ return look(); }} catch (refusal) {{ return String(refusal.code ?? refusal); }} }};
  globalThis.bounded = (instance, written, most) => {{
    const steps = new Steps(most), certificate = certificateOf(read(written));
    const bound = certificate.format === 3 ? boundOfPieces : boundOfCases;
    const found = tried(() => String(bound(new Zone(readInstance(read(instance))), certificate, () => {{}}, steps)));
    return [found, steps.taken];
  }};
  globalThis.preferred = (instance, written) => {{
    const steps = [new Steps(50000), new Steps(50000)], zone = new Zone(readInstance(read(instance)));
    const found = tried(() => drawn(zone, certificateOf(read(written)), steps));
    return [found instanceof Map ? Object.fromEntries(found) : null, Math.max(...steps.map((each) => each.taken))];
  }};
}}"""


class Asked:
    """The parts of the check, asked in a browser with texts."""

    def __init__(self, seen):
        self.page = seen.page
        seen.go("/sign-in")
        self.page.evaluate(ASK)

    def bounded(self, instance, document, most=10_000_000):
        """(the bound, or the code of the refusal; the steps that were taken) by pieces or by cases."""
        return tuple(self.page.evaluate("(given) => bounded(...given)", [*texts_of(instance, document), most]))

    def preferred(self, instance, document):
        """(the plan that the draw prefers, or None; the larger of the two counts of steps)."""
        found, steps = self.page.evaluate("(texts) => preferred(...texts)", texts_of(instance, document))
        return found and {name: tuple(lots) for name, lots in found.items()}, steps


def texts_of(instance, document):
    return [document_text(instance), json.dumps(document)]
