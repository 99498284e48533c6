"""Every bound on hostile input, in one place, with its reason.

Real input is far below each of them; what passes one is refused with a message that names the limit.
"""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 8 * 1024 * 1024
"""Largest file that is read (bytes). CloudFormation takes templates up to 1 MB; Terraform plans of large systems reach a
few MB; the largest handler module seen in public samples is under 1 MB."""

PLAN_BYTES: Final = 64 * 1024 * 1024
"""Largest plan that is read (bytes). ``terraform show -json`` writes each resource three or four times over, and platform
teams have plans of 10 to 60 MB. What is not needed of one larger than ``FILE_BYTES`` is passed over."""

PLAN_MARKS: Final = 8_000_000
"""Most commas and opening brackets of a large plan: about as many values may be in memory at once. One of 40 MB has 2.5
million."""

PLAN_VALUES: Final = 2_000_000
"""Most values that are kept of a large plan. Of one of 40 MB they are half a million."""

NESTING: Final = 150
"""Deepest nesting of lists and mappings, blocks or expressions. Real templates stay under 40."""

SOURCE_NESTING: Final = 200
"""Deepest nesting of a handler's syntax tree, chains of one operator counted once. CPython's own parser refuses more than
200 brackets; of 1 439 real files one is 88 deep, the others at most 30."""

NODES: Final = 400_000
"""Most nodes of one document after aliases are expanded. A template at CloudFormation's 1 MB limit has about 60 000."""

INSTANCES: Final = 1_000
"""Most instances of one ``count`` or ``for_each``. Past it the instances are one of unknown number."""

MODULE_DEPTH: Final = 12
"""Deepest nesting of modules or nested templates."""

MODULE_CALLS: Final = 500
"""Most module instances in one root."""

TEXT_LENGTH: Final = 1_000_000
"""Longest text (characters) that an expression may build; doubling a string sixty times is stopped here."""

EVALUATION_STEPS: Final = 2_000_000
"""Most evaluation steps for one Terraform root; a large real module takes about 50 000."""

DIRECTORY_ENTRIES: Final = 200_000
"""Most directory entries visited by discovery."""

PACKAGE_FILES: Final = 3_000
"""Most source files followed from one handler."""

MEASURED_FILES: Final = 5_000
"""Most files of one package whose sizes are added up; past it the sum is a lower bound."""

MEASURED_BINARIES: Final = 200
"""Most programs and libraries of one package whose first bytes are read."""
