"""Boards: what waits for one's teams, most urgent first, with the time left.

Words: item (a row of a board), claim, hand-over. Which items somebody sees is door.board()'s
(items.sql). Doors in: actions.open_board.
"""
