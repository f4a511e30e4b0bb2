# SPDX-License-Identifier: Apache-2.0
#
# Hosts on one switch, each a network namespace of this machine; read by scripts/demo and scripts/lab. Nothing here
# touches the network of the machine. The caller sets lan_prefix, with which all names begin.
# shellcheck shell=bash

# Why no network namespaces can be made here; prints nothing if they can.
lan_obstacle() {
    if ((EUID != 0)); then
        echo "network namespaces need root"
    elif ! command -v ip >/dev/null; then
        echo "there is no ip command (Debian: apt-get install iproute2)"
    elif ! unshare --net true 2>/dev/null; then
        echo "this system does not let root make network namespaces"
    fi
}

# The switch. Without forwarding delay and snooping, every frame is on every port from the first one on.
lan_switch() {
    ip netns add "$lan_prefix-switch"
    ip -n "$lan_prefix-switch" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
    ip -n "$lan_prefix-switch" link set br0 up
}

# name address/length: a host whose eth0 is plugged into the switch, where the port has the host's name.
lan_host() {
    local ns=$lan_prefix-$1
    ip netns add "$ns"
    ip -n "$lan_prefix-switch" link add "$1" type veth peer name eth0 netns "$ns"
    ip -n "$lan_prefix-switch" link set "$1" master br0 up
    ip -n "$ns" link set lo up
    ip -n "$ns" link set eth0 up
    ip -n "$ns" address add "$2" dev eth0
}

# host command...: runs the command there.
lan_exec() {
    local host=$1
    shift
    ip netns exec "$lan_prefix-$host" "$@"
}

# The names of our namespaces.
lan_namespaces() {
    # Read to the end before anything is removed: ip lists a directory.
    ip netns list | awk -v prefix="$lan_prefix-" 'index($1, prefix) == 1 {print $1}'
}

# Kills what still runs in our namespaces, and removes them.
lan_remove() {
    local ns pids
    for ns in $(lan_namespaces); do
        pids=$(ip netns pids "$ns")
        # shellcheck disable=SC2086 # one word for each
        [[ -z $pids ]] || kill -9 $pids 2>/dev/null || true
        ip netns delete "$ns"
    done
}
