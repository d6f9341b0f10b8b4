"""The sample speeches printed to PDF by LibreOffice and read back: `python -m benchmarks.printed`.

In one, two and three columns, with header and page numbers. Prints the share of speeches whose text comes back to the
character, and of sentences that come back exactly.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.make_samples import SAMPLES, paragraphs
from jianghua.data.errors import JianghuaError
from jianghua.data.reader import read_speech
from jianghua.data.speech import Speech
from jianghua.data.store import read_speeches


def document(speech: Speech, columns: int) -> Any:
    """A Word file of a speech: title across the page, then text in columns, indented by two characters."""
    import docx
    from docx.enum.section import WD_SECTION
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "全市重点工作会议材料汇编"
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    made.sections[0].footer.paragraphs[0]._p.append(number)
    (_, title), *rest = paragraphs(speech)
    made.add_paragraph(title)
    section = made.add_section(WD_SECTION.CONTINUOUS)
    section._sectPr.xpath("./w:cols")[0].set(qn("w:num"), str(columns))
    for kind, text in rest:
        made.add_paragraph(text if kind == "salutation" else f"\u3000\u3000{text}")
    return made


def main() -> None:
    """Print, read and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true", help="show the sentences that differ")
    parser.add_argument("--every", type=int, default=1, help="read every n-th speech only")
    parser.add_argument("--columns", type=int, nargs="*", default=[1, 2, 3])
    options = parser.parse_args()
    soffice = shutil.which("soffice")
    if soffice is None:
        raise JianghuaError("LibreOffice is not installed")
    speeches = read_speeches(SAMPLES / "speeches.jsonl")[:: options.every]
    print("| columns | speeches with every character | sentences exact |\n| --- | --- | --- |")
    for columns in options.columns:
        with tempfile.TemporaryDirectory() as name:
            room = Path(name)
            for speech in speeches:
                document(speech, columns).save(room / f"{speech.id}.docx")
            profile = f"-env:UserInstallation={(room / 'profile').as_uri()}"
            files = [str(room / f"{speech.id}.docx") for speech in speeches]
            command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", name, *files]
            subprocess.run(command, check=True, capture_output=True)
            whole = exact = total = 0
            for speech in speeches:
                read = read_speech(room / f"{speech.id}.pdf")
                whole += "".join(read.texts) == "".join(speech.texts)
                total += len(speech.texts)
                found = set(read.texts)
                exact += sum(text in found for text in speech.texts)
                if options.show:
                    for mark, texts, others in (("-", speech.texts, found), ("+", read.texts, set(speech.texts))):
                        for text in texts:
                            if text not in others:
                                print(speech.id, mark, text)
        print(f"| {columns} | {whole} of {len(speeches)} | {exact / total:.4f} of {total} |", flush=True)


if __name__ == "__main__":
    main()
