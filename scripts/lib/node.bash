# SPDX-License-Identifier: Apache-2.0
#
# Karaf containers, each a fresh copy of the distribution in $work/<name>; read by scripts/demo.
# shellcheck shell=bash

declare -A node_pid

# name: unpacks it.
node_unpack() {
    mkdir -p "$work/$1"
    tar xzf "$CARP_DISTRIBUTION" -C "$work/$1" --strip-components=1
}

# name number: other ports than the defaults, for two in one network namespace. Port 0 is any free one.
node_ports() {
    local etc=$work/$1/etc
    sed -i 's/^\(sshPort\) *=.*/\1 = 0/' "$etc/org.apache.karaf.shell.cfg"
    sed -i "s/^\(rmiRegistryPort\) *=.*/\1 = $((11099 + $2))/; s/^\(rmiServerPort\) *=.*/\1 = $((54444 + $2))/" \
        "$etc/org.apache.karaf.management.cfg"
}

# name [command...]: starts it, through the command if there is one. Its standard output goes to told_by (timeline.bash).
node_start() {
    local name=$1
    shift
    # daemon replaces the shell by Java (exec), and so does ip netns exec: our child is the JVM, which we can kill.
    "$@" "$work/$name/bin/karaf" daemon > >(told_by "$name") 2>&1 </dev/null &
    node_pid[$name]=$!
    # Bash would tell everybody that it was killed. We do that ourselves.
    disown $!
}

# name: whether its JVM lives.
node_lives() {
    [[ -n ${node_pid[$1]:-} ]] && kill -0 "${node_pid[$1]}" 2>/dev/null
}

# name signal
node_signal() {
    kill "-$2" "${node_pid[$1]}"
}

# name: INIT, BACKUP or MASTER, by the last transition that it told.
node_state() {
    sed -n 's/.* -> \([A-Z]*\) (.*/\1/p' "$work/$1.out" 2>/dev/null | tail -n 1
}

nodes_kill() {
    local name
    for name in "${!node_pid[@]}"; do
        kill -9 "${node_pid[$name]}" 2>/dev/null || true
    done
}
