"""What a referral says: one to three plain sentences that name a worry and its category.

Sober on purpose: no sentence describes abuse, an injury in detail or anything sexual. {child} is a
given name or "the child"; {they} is "she", "he" or "they".
"""

from random import Random

NAMES = {
    "fgm": "FGM",
    "honour_based_abuse": "honour-based abuse",
    "peer_on_peer_abuse": "abuse between children",
    "transfer_in": "a family that moved in from another area",
    "unborn": "an unborn child",
    "other": "something that fits no category",
    "missing": "a missing child",
}

OPENINGS = (
    "Worry about {category}.",
    "This is about {category}.",
    "We are worried about {category}.",
    "Referral about {category}, following our call.",
    "Category named by the sender: {category}.",
)

WORRIES: dict[str, tuple[str, ...]] = {
    "neglect": (
        "{child} comes in hungry most mornings and the coat does not fit any more.",
        "{child} has missed three health appointments and letters stay unanswered.",
        "Attendance has fallen below 80 per cent and nobody answers at home.",
        "The home was cold and there was little food when we called.",
        "{child} is often out late and looks after younger children alone.",
    ),
    "physical_abuse": (
        "{child} had a mark that was explained in two different ways.",
        "{child} said that {they} had been smacked at home and did not want to go back today.",
        "The explanation given for a bruise does not fit what we know.",
        "{child} is watchful around one adult at home and asks who will collect {them}.",
    ),
    "sexual_abuse": (
        "{child} told a trusted adult something that needs a specialist conversation; no questions"
        " were asked.",
        "A relative passed on what {child} said; details are kept for the strategy discussion.",
        "An adult of whom there are earlier concerns has contact with {child}.",
    ),
    "emotional_abuse": (
        "{child} is spoken to harshly in front of others and has become very quiet.",
        "{child} says that nothing {they} does is right at home.",
        "{child} is blamed for quarrels between the adults and has stopped seeing friends.",
    ),
    "domestic_abuse": (
        "Officers attended a dispute between the adults; the children were in the house.",
        "Neighbours heard shouting for the third time this month; children live there.",
        "{child} told school about frightening arguments at home last night.",
        "A parent asked for advice about leaving the relationship safely with the children.",
    ),
    "child_sexual_exploitation": (
        "{child} has been collected by an adult whom the family does not know.",
        "{child} has a new phone and gifts that {they} will not explain.",
        "{child} stays out late with older people and friends are worried about {them}.",
    ),
    "online_grooming": (
        "An adult account has sent many private messages to {child} and asked to meet.",
        "{child} has been asked by a stranger online to move to another app and keep it secret.",
        "The service reported an adult account that seeks contact with children; metadata only.",
    ),
    "indecent_images": (
        "The service reported known files on one account; metadata and counts only.",
        "An online service made a report about an account used in the county; metadata only.",
    ),
    "intimate_image_sharing": (
        "A picture of {child} is said to be going round among pupils; staff have not looked at it.",
        "{child} was pressed by another pupil to send a picture; phones are with their owners.",
    ),
    "criminal_exploitation": (
        "{child} is thought to carry things for older people and has money {they} cannot explain.",
        "{child} was found at an address out of town with adults known for drug supply.",
        "{child} owes money to older boys and is afraid to walk home.",
    ),
    "missing": (
        "{child} was reported missing in the evening and came back the next morning.",
        "Third time missing in five weeks; {child} does not say where {they} stayed.",
        "{child} did not return to the placement and was found at the bus station.",
    ),
    "trafficking": (
        "{child} arrived with an adult who is not a relative and cannot show papers.",
        "{child} works long hours at a car wash and does not know the address where {they} lives.",
    ),
    "radicalisation": (
        "{child} repeats material of an extreme group and has dropped old friends.",
        "{child} spends nights on forums of an extreme group; parents ask for help.",
    ),
    "honour_based_abuse": (
        "{child} fears the reaction of relatives to a friendship and asked us not to call home.",
        "{child} is watched by relatives on the way to and from college.",
    ),
    "fgm": (
        "A long journey abroad is planned and an older sister is said to have been affected.",
        "The mother was affected as a child and says that relatives expect the same.",
    ),
    "forced_marriage": (
        "{child} says that an engagement is being arranged abroad against {their} wish.",
        "A one-way journey has been booked for {child} in term time and {they} is afraid of it.",
    ),
    "peer_on_peer_abuse": (
        "{child} has been threatened by a group of pupils on the way home.",
        "{child} does not want to come to school because of another pupil's conduct.",
    ),
    "fabricated_illness": (
        "What is reported about {child}'s health differs from what ward staff see.",
        "Many services have been consulted about {child} and findings do not explain the reports.",
    ),
    "parental_mental_ill_health": (
        "A parent has been very low for weeks and asked for help with the children.",
        "A parent was admitted to hospital; care for {child} is arranged only until Friday.",
    ),
    "parental_substance_misuse": (
        "A parent smelled of alcohol at collection twice this week.",
        "A parent has started treatment again and says that evenings are hard.",
    ),
    "learning_disability": (
        "The family asks for short breaks; {child} needs care at night.",
        "A parent finds letters and appointments hard to follow and asks for support.",
    ),
    "bereavement": (
        "A parent died last month and the family has little support.",
        "{child} has not been in school since the funeral.",
    ),
    "young_carer": (
        "{child} does the shopping and gives medicine to a parent before school.",
        "{child} stays at home to look after a parent who is ill.",
    ),
    "private_fostering": (
        "{child} has lived with a family friend for six weeks and the council was not told.",
        "{child} stays with the family of a school friend; the parents are abroad.",
    ),
    "unborn": (
        "First appointment late in pregnancy; an older child was subject of a plan elsewhere.",
        "Pregnant and without a settled address; a plan is needed before the birth.",
    ),
    "transfer_in": (
        "The family moved here last month; a plan was open where they lived before.",
        "Records were sent by the former area; no contact with the family yet.",
    ),
    "other": (
        "{child} has changed over the past weeks and does not say why.",
        "The family faces eviction and asks where to turn.",
        "Several small things together make us uneasy about {child}.",
    ),
}  # fmt: skip

CLOSINGS = (
    "Parents know of this referral.",
    "The family has not been told yet.",
    "There was no sign of immediate danger.",
    "Please tell us what was decided.",
    "Earlier worries are on our file.",
    "Brothers and sisters were not seen.",
)
# What somebody who leaves no name would say in place of those.
CLOSINGS_OF_STRANGERS = (
    "I do not want to give my name.",
    "It has been going on for some weeks.",
    "I thought somebody should know.",
)
_PRONOUNS = {
    "female": ("she", "her", "her"),
    "male": ("he", "him", "his"),
}


def in_words(category: str) -> str:
    return NAMES.get(category, category.replace("_", " "))


def narrative(rng: Random, category: str, given: str, sex: str, stranger: bool) -> str:
    """Put two or three sentences together."""
    they, them, their = _PRONOUNS.get(sex, ("the child", "the child", "the child's"))
    worry = rng.choice(WORRIES[category]).format(
        child=given or "the child", they=they, them=them, their=their
    )
    parts = [rng.choice(OPENINGS).format(category=in_words(category))] if not stranger else []
    parts.append(worry[0].upper() + worry[1:])
    if stranger:
        parts.insert(0, f"This is about {in_words(category)}.")
    if rng.random() < 0.6:
        parts.append(rng.choice(CLOSINGS_OF_STRANGERS if stranger else CLOSINGS))
    return " ".join(parts)
