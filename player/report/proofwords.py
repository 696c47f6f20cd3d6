"""What the verification of a gate's days says, in sentences."""

from player.config.language import _
from player.library.dayproof import Chain, Proof
from player.report import wording
from player.report.figures import GateReport


def chain_line(chain: Chain) -> str:
    """How far one chain goes."""
    first, last = chain.numbers
    begin, end = chain.dates
    said = _("days {first} to {last}, {begin} to {end}, {records} records: unbroken from day {first} on")
    if first == 1:
        said = _("days {first} to {last}, {begin} to {end}, {records} records: unbroken from the very first")
    words = {"begin": wording.day(begin), "end": wording.day(end), "records": wording.number(chain.records)}
    return said.format(first=first, last=last, **words)


def state_line(proof: Proof) -> str:
    """Whether all of it is to be believed."""
    if proof.findings:
        return _("not trusted: {count} things are wrong").format(count=len(proof.findings))
    if not proof.chains:
        return _("nothing is sealed yet")
    if proof.is_pinned:
        return _("good: sealed by the gate itself, and nothing was changed")
    return _("whole, and by one hand: compare the fingerprint of the key by telephone")


def proof_lines(gate: GateReport) -> list[str]:
    """All of it, for one gate."""
    proof = gate.proof
    lines = [state_line(proof)]
    # A chain with something wrong in it is not said to be unbroken.
    lines += [] if proof.findings else [chain_line(chain) for chain in proof.chains]
    lines += [_("key {fingerprint}").format(fingerprint=key) for key in proof.keys]
    lines += [str(finding) for finding in proof.findings]
    lines += [_("{day}: has no seal yet, not counted").format(day=day) for day in proof.unsealed]
    lines += [_("not counted: {file}").format(file=file) for file in gate.skipped]
    if gate.tail:
        lines.append(_("{count} records are not sealed yet, and counted").format(count=wording.number(gate.tail)))
    return lines
