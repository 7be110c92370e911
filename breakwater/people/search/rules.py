from breakwater.people.rules import PersonAsTold


def search_words(person: PersonAsTold) -> str:
    return ""
