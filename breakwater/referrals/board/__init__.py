"""Boards: what waits for one's teams, most urgent first, with the time left.

Words: item (a row of a board), codes (what narrows it, as its address has them), tab (a filter with
a name), mark (changes when the board does), claim, hand-over, absence (all that waits for somebody
who is away). Which items somebody sees is door.board()'s (board.sql). Doors in:
actions.open_board, absence.hand_over_all.
"""
