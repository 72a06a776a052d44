"""The harness's own errors; a student's fault is a result, never one of these.

AutograderError
├── UsageError            the command was given something it cannot use      exit 2
│   └── OutputRefused     the output folder is not ours and not empty        exit 2
├── BoxUnavailable        no sandbox can be had on this machine              exit 2
├── DataUnavailable       MNIST or Fashion-MNIST cannot be had               exit 2
├── SubmissionRejected    what was handed in cannot be read as a notebook    a result
├── EvidenceUnreadable    what a run left behind breaks the format           a result
└── HarnessFault          our own machinery failed; a person must look       exit 3
    └── MachineFault      this machine lacks what writing takes, disk space  exit 3
"""

import errno

# What the machine that grades lacks, whosever file it is: space, quota, descriptors, memory, a disk that works.
OUR_ERRORS = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
}  # fmt: skip


class AutograderError(Exception):
    """Base of every error that the harness raises on purpose.

    The first argument is one sentence in the user's words; `remedy` says what to do next.
    """

    exit_code = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(AutograderError):
    """The command was given something that it cannot use."""

    exit_code = 2


class OutputRefused(UsageError):
    """The output folder holds something that this program did not write."""


class BoxUnavailable(AutograderError):
    """No sandbox can be had on this machine, and none was not asked for."""

    exit_code = 2


class DataUnavailable(AutograderError):
    """No source of a data set could be reached; the message lists what was tried."""

    exit_code = 2


class SubmissionRejected(AutograderError):
    """What was handed in cannot be read as a notebook; the message says where and why."""


class EvidenceUnreadable(AutograderError):
    """What a run left behind breaks the evidence format: hostile or damaged, never half believed."""


class HarnessFault(AutograderError):
    """Our own machinery failed; points stay open until a person has looked."""


class MachineFault(HarnessFault):
    """This machine lacks what reading and writing takes, such as space on a disk: nothing can be said of anybody's work."""


def raise_if_ours(error: BaseException, what: str) -> None:
    """Raise `MachineFault` when an error is the machine's and not a file's: a full disk is nobody's zero.

    `what` says what failed, without a full stop.
    """
    if isinstance(error, OSError) and error.errno in OUR_ERRORS:
        remedy = "Free some space, then give the same command again."
        raise MachineFault(f"{what}: {error.strerror}.", remedy) from error
