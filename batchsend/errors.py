"""What can stop a run. A row's problem is never here: that is a value (a Rejection or an Outcome).

BatchsendError
├── UsageError            an option or setting is missing or makes no sense          exit 2
├── InputRefused          a file or template that cannot be used; nothing was sent   exit 3
│   ├── ContactsRefused   the list
│   └── TemplateRefused   the message
├── LimitExceeded         the plan costs more than --max-credits                     exit 3
├── NotConfirmed          a person was asked and said no                             exit 3
├── AlreadySent           this very run was sent before                              exit 7
├── RunHeld               another process holds this run                             exit 7
├── LedgerError           the ledger cannot be read or written                       exit 5
│   └── LedgerUnwritable  the disk or SQLite does not take it; nothing was changed, as far as it said
├── providers.Unanswered  a gateway's answer does not say what was asked              exit 5
├── delivery.Unreachable  a gateway was asked, and no whole answer came              exit 5
└── results.*Error        the workbook cannot be written, or would not balance       exit 5
"""


class BatchsendError(Exception):
    """A sentence for a person, and what to type or do next.

    message: what is wrong and where; hint: the next step, empty when there is none.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(BatchsendError):
    pass


class InputRefused(BatchsendError):
    pass


class ContactsRefused(InputRefused):
    pass


class TemplateRefused(InputRefused):
    pass


class LimitExceeded(BatchsendError):
    pass


class NotConfirmed(BatchsendError):
    pass


class AlreadySent(BatchsendError):
    pass


class RunHeld(BatchsendError):
    pass


class LedgerError(BatchsendError):
    pass


class LedgerUnwritable(LedgerError):
    pass
