from player.agent.settling import PATIENCE, QUIET, Settling


def test_a_burst_is_taken_once_when_it_is_quiet() -> None:
    settling = Settling()
    assert settling.due() is None
    assert not settling.take(5.0)
    settling.stir(10.0)
    settling.stir(10.2)
    assert settling.due() == 10.2 + QUIET
    assert not settling.take(10.4)
    assert settling.take(10.6)
    assert not settling.take(10.7)


def test_somebody_who_never_stops_writing_is_not_waited_for() -> None:
    settling = Settling()
    taken = []
    for tenth in range(100):
        now = tenth / 10
        settling.stir(now)
        if settling.take(now):
            taken.append(now)
    assert taken == [PATIENCE, 2 * PATIENCE + 0.1, 3 * PATIENCE + 0.2, 4 * PATIENCE + 0.3]
