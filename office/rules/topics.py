"""Which news may wait for the digest, by the kind of its message; what is not here is always told at once."""

from collections.abc import Mapping

from storage.words import Topic, Wanted

TOPICS: Mapping[str, Topic] = {
    "requests.said": Topic.REQUESTS,
    "requests.held": Topic.REQUESTS,
    "requests.solved": Topic.REQUESTS,
    "requests.accepted": Topic.REQUESTS,
    "requests.undone": Topic.REQUESTS,
    "requests.cancelled": Topic.REQUESTS,
    "requests.for_you": Topic.REQUESTS,
    "tasks.done": Topic.TASKS,
    "tasks.reopened": Topic.TASKS,
    "tasks.accepted": Topic.TASKS,
    "tasks.declined": Topic.TASKS,
    "tasks.changed": Topic.TASKS,
    "tasks.deleted": Topic.TASKS,
}

# What somebody hears who has chosen nothing.
USUAL: Mapping[Topic, Wanted] = {
    Topic.REQUESTS: Wanted.NOW,
    Topic.TASKS: Wanted.NOW,
    Topic.DESK: Wanted.DIGEST,
    Topic.TEAM: Wanted.DIGEST,
}
# Sections of the digest have no "at once".
CHOICES: Mapping[Topic, tuple[Wanted, ...]] = {
    Topic.REQUESTS: (Wanted.NOW, Wanted.DIGEST, Wanted.OFF),
    Topic.TASKS: (Wanted.NOW, Wanted.DIGEST, Wanted.OFF),
    Topic.DESK: (Wanted.DIGEST, Wanted.OFF),
    Topic.TEAM: (Wanted.DIGEST, Wanted.OFF),
}


def wanted(topics: Mapping[str, str], topic: Topic) -> Wanted:
    """What somebody has chosen for a topic, or the usual."""
    chosen = topics.get(topic.value)
    return Wanted(chosen) if chosen in [one.value for one in CHOICES[topic]] else USUAL[topic]
