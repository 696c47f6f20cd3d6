"""What can go wrong with a controller."""

from player.core.faults import GateplayerFault


class ControllerFault(GateplayerFault):
    """The controller cannot be reached, refuses, or says what is not understood; worth another try."""

    exit_code = 4
