"""What is counted every day: movements of fighters, and deaths and weapons by place."""

# Movements of fighters into, within and out of the units of a faction on a day. Strength plus
# wounded changes by arrived - killed - invalided - captured - departed and by nothing else;
# `wounded` and `recovered` move fighters between the two; `returned` counts fighters who had
# departed and are waiting to arrive again.
LEDGER = (
    "arrived",
    "killed",
    "wounded",
    "recovered",
    "invalided",
    "captured",
    "departed",
    "returned",
)

# Counts by faction and place: whose dead, or who used the weapon.
COUNTS = (
    "killed",
    "children_killed",
    "leaders_killed",
    "headquarters_killed",
    "car_bombs",
    "foot_bombers",
    "air_strikes",
    "reported_killed",
    "reported_children",
)
