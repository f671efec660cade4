#!/usr/bin/env bash
# First process of a lab, and its router. Runs in network, mount, UTS and IPC namespaces of its own.
#
# usage: init.sh DIRECTORY HOST...      standard input: a pipe that the lab's owner holds open
#
# Starts one process per host that keeps the host's namespaces, links each host to this router, applies
# DIRECTORY/ip/NAME (`ip -batch`) in each, prints "NAME PID" per host and then "ready". When standard input ends,
# because the owner closed it or died, it kills every process of the lab and removes DIRECTORY: the IPC namespace,
# which all of them share and nobody else does, tells which ones they are.
set -euo pipefail
lib=$(dirname "$0") directory=$1
shift

end_lab() {
  while :; do
    others=()
    for process in /proc/[0-9]*; do
      if [[ $process/ns/ipc -ef /proc/$$/ns/ipc && $process != /proc/$$ ]]; then others+=("${process#/proc/}"); fi
    done
    if ((${#others[@]} == 0)); then break; fi
    kill -KILL "${others[@]}" 2> /dev/null || true
  done
  rm -rf "$directory"
}
trap end_lab EXIT

bash "$lib/machine.sh" "$directory" router true
echo 1 > /proc/sys/net/ipv4/ip_forward
if [[ -e /proc/sys/net/ipv6 ]]; then echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; fi

declare -A said
for host in "$@"; do
  exec {pipe}< <(exec unshare --net --mount --uts -- bash "$lib/machine.sh" "$directory" "$host" \
    bash -c 'echo $$; exec sleep infinity' < /dev/null)
  said[$host]=$pipe
done

for host in "$@"; do
  read -r pid <&"${said[$host]}"
  ip link add name "$host" type veth peer name eth0 netns "$pid"
  nsenter --target "$pid" --net ip -batch "$directory/ip/$host"
  echo "$host $pid"
done
ip -batch "$directory/ip/router"
echo ready

while read -r _; do :; done
