#!/bin/bash
# Runs in the computer as an operator who never rests: puts pictures into the watched folder, slowly as over a network,
# and takes others away.
pictures=/opt/vm/inbox inbox=/srv/gateplayer/inbox

until [[ -e /run/vm/feed ]]; do sleep 0.5; done
all=("$pictures"/*)
while true; do
    mapfile -t there < <(cd "$inbox" && ls -t -- *.png 2>/dev/null)
    ((${#there[@]} < 3)) || rm -f -- "$inbox/${there[-1]}"
    one=${all[RANDOM % ${#all[@]}]}
    size=$(stat -c %s "$one") place="$inbox/${one##*/}"
    : >"$place"
    for ((from = 0; from < size; from += 65536)); do
        tail -c "+$((from + 1))" "$one" | head -c 65536 >>"$place"
        sleep 0.05
    done
    sleep "$((RANDOM % 2)).$((RANDOM % 10))"
done
