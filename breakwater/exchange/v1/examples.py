"""Examples of the document; a test sends each of them."""

ANSWERS = {
    "answer": {
        "summary": "The questions are answered, one is left",
        "value": {
            "reply": "answer",
            "answers": ["Attendance since September is 91%.", ""],
            "handling": ["not_family"],
        },
    },
    "nothing known": {
        "summary": "Nothing is known: that counts, with a name and a time",
        "value": {"reply": "nothing_known"},
    },
    "decline": {
        "summary": "It cannot be answered",
        "value": {"reply": "decline", "reason": "The child left us in 2019: ask their new school."},
    },
    "phone": {
        "summary": "Somebody asks to be rung",
        "value": {"reply": "phone", "phone": "01632 960210, Mr Osei, until 16:00"},
    },
}
