# SPDX-License-Identifier: Apache-2.0
#
# Who saw what, when: each watcher appends lines "<seconds since 1970> <who> <what>" to $work/events, and show prints
# them in the order of their time. Read by scripts/demo.
# shellcheck shell=bash

# who what...: notes an event, of now unless at is set.
note() {
    local who=$1
    shift
    printf '%s\t%s\t%s\n' "${at:-$EPOCHREALTIME}" "$who" "$*" >>"$work/events"
}

# Prints what is new. Held back for 0.4 s, since watchers are not equally fast and the order should be right.
show() {
    touch "$work/events" "$work/shown"
    awk -F '\t' -v now="$EPOCHREALTIME" -v delay="${1:-0.4}" -v start="$started" -v shown="$work/shown" '
        FILENAME == shown {done[$1] = 1; next}
        !(FNR in done) && $1 <= now - delay {
            printf "%8.3f s  %-7s %s\n", $1 - start, $2, $3
            print FNR >>shown
        }' "$work/shown" "$work/events" | LC_ALL=C sort -n
}

# name: reads what a container prints, and notes its transitions.
told_by() {
    local line clock
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$work/$1.out"
        if [[ $line =~ ^([0-9:.]+)\ +[A-Z]+\ +carp:\ (.*) ]]; then
            clock=$(date -d "${BASH_REMATCH[1]}" +%s.%N)
            at=${clock:0:17} note "$1" "${BASH_REMATCH[2]}"
        fi
    done
}

# name address: notes when the kernel of the host gets and drops the address. "ip monitor" is told by the kernel itself.
watch_address() {
    local line time what
    lan_exec "$1" ip -o -ts -4 monitor address | while IFS= read -r line; do
        [[ $line == *" $2/"* ]] || continue
        time=${line%%]*}
        time=${time#[}
        what="the kernel has $2"
        [[ $line == *Deleted* ]] && what="the kernel has dropped $2"
        # A renewal of the lease is reported as a new address, each second.
        [[ $what == "$(cat "$work/$1.address" 2>/dev/null)" ]] && continue
        echo "$what" >"$work/$1.address"
        at=$(date -d "$time" +%s.%6N) note "$1" "$what"
    done
}

# Says how long after the last advertisement of the other, if there was one.
after() {
    [[ -z $1 ]] || awk -v a="$1" -v b="$2" 'BEGIN {printf ", %.4f s after the last of the other", b - a}'
}

# Notes whose advertisements the client sees, and how long there was none before those of another node.
watch_advertisements() {
    local time source last='' before=''
    lan_exec client tcpdump -l -n -tt -i eth0 -T carp ip proto 112 2>/dev/null | while read -r time _ source _; do
        if [[ $source != "$last" ]]; then
            at=$time note wire "advertisements of $(node_at "$source")$(after "$before" "$time")"
        fi
        last=$source
        before=$time
    done
}

# address: pings it 20 times a second, and notes each gap in the answers.
watch_answers() {
    local line seq time last=0 lost then=0 gap
    lan_exec client ping -n -D -O -i 0.05 "$1" 2>&1 | while IFS= read -r line; do
        [[ $line =~ ^\[([0-9.]+)\]\ .*icmp_seq=([0-9]+) ]] || continue
        time=${BASH_REMATCH[1]}
        seq=${BASH_REMATCH[2]}
        if [[ $line == *" bytes from "* ]]; then
            lost=$((seq - last - 1))
            if ((last == 0)); then
                at=$time note client "$1 answers"
            elif ((lost > 0)); then
                gap=$(awk -v a="$then" -v b="$time" 'BEGIN {printf "%.2f", b - a}')
                at=$time note client "$1 answers again: $lost of its pings lost, $gap s"
            fi
            last=$seq
            then=$time
            echo "$seq" >>"$work/answered"
        elif ((last > 0 && seq == last + 1)); then
            at=$time note client "$1 does not answer"
        fi
    done
}
