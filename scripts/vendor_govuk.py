"""Vendor GOV.UK Frontend: `python3 scripts/vendor_govuk.py govuk-frontend-6.3.0.tgz`.

Takes the built stylesheet and script out of the npm package (`npm pack govuk-frontend@6.3.0`) and
leaves behind what only services on GOV.UK may use: the GDS Transport font, the crown, the crest.
"""

import json
import re
import sys
import tarfile
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "breakwater" / "web" / "static" / "govuk"
BUILT = "package/dist/govuk"
FONTS = "Arial,Helvetica,sans-serif"

NOTICE = """GOV.UK Frontend {version}, changed.

govuk-frontend.min.css and govuk-frontend.min.js are the built files of the npm package
govuk-frontend {version}, with these changes (made by scripts/vendor_govuk.py): the GDS Transport
font, the crown and the crest are removed, since only services on GOV.UK may use them; links to
source maps are removed. No image of the package is used.

The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def stylesheet(text: str) -> str:
    """The stylesheet without font, crown and crest, and without any address of another file."""
    text = re.sub(r"/\*!.*?\*/", "", text, flags=re.S)  # the notice of the font, with the font
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = re.sub(r"GDS Transport,arial,sans-serif", FONTS, text)
    royal = r"[^{},]*(?:crown|crest|copyright-logo)[^{},]*"
    rule = rf"(?<=[{{}}]){royal}(?:,{royal})*\{{[^{{}}]*\}}"
    text = re.sub(rule, "", text)
    text = re.sub(r"@(?:media|supports)[^{}]*\{\}", "", text)  # what held nothing else
    return without_source_map(text)


def without_source_map(text: str) -> str:
    """Django's manifest storage fails on a link to a file that is not there."""
    return re.sub(r"(/\*|//)# sourceMappingURL=\S*( \*/)?\s*", "", text)


def main(tarball: str) -> None:
    """Write the four files, or stop if anything that must go is still there."""
    with tarfile.open(tarball) as package:

        def read(name: str) -> str:
            member = package.extractfile(name)
            if member is None:
                raise SystemExit(f"{tarball} holds no file {name}")
            return member.read().decode()

        version = json.loads(read("package/package.json"))["version"]
        css = stylesheet(read(f"{BUILT}/govuk-frontend.min.css"))
        script = without_source_map(read(f"{BUILT}/govuk-frontend.min.js"))
    left = re.findall(r"@font-face|GDS Transport|crown|crest|url\([^)]*\)|sourceMapping", css)
    if left:
        raise SystemExit(f"still in the stylesheet: {sorted(set(left))}")
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "govuk-frontend.min.css").write_text(css)
    (TARGET / "govuk-frontend.min.js").write_text(script)
    (TARGET / "NOTICE").write_text(NOTICE.format(version=version))
    (TARGET / "VERSION").write_text(version + "\n")
    print(f"GOV.UK Frontend {version}: {len(css) + len(script):,} characters in {TARGET}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
