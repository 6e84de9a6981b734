from batchsend.delivery.window import Window


def test_the_answers_to_what_left_together_halve_it_once() -> None:
    window = Window(16)
    together = window.ticket
    for _ in range(8):
        window.halve(together)
    assert window.size == 8
    window.halve(window.ticket)
    assert window.size == 4


def test_it_never_closes() -> None:
    window = Window(2)
    for _ in range(9):
        window.halve(window.ticket)
    assert window.size == 1


def test_it_grows_by_one_for_each_window_that_got_through_and_not_past_its_most() -> None:
    window = Window(4)
    window.halve(window.ticket)
    sizes = []
    for _ in range(12):
        window.widen()
        sizes.append(window.size)
    assert sizes[:3] == [2, 2, 3]
    assert sizes[-1] == 4
