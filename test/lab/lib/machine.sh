#!/usr/bin/env bash
# Makes the calling mount, UTS and network namespaces look like a machine of its own, then becomes the given command.
#
# usage: machine.sh DIRECTORY NAME COMMAND...
#
# /etc is a private copy, /run and /var/lib are empty: what runs here reads and writes the places it would on a real
# machine, and finds neither the real machine's service manager nor its lock files. DIRECTORY holds what to put in
# /etc instead of the copy.
set -euo pipefail
directory=$1 name=$2
shift 2

hostname "$name"
# An IPv6 address is usable at once instead of after two seconds of looking for a duplicate.
if [[ -e /proc/sys/net/ipv6 ]]; then echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad; fi

mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/etc
# Without root some files can be neither read (shadow) nor given to their owner; nothing in a lab needs them.
cp --recursive --no-dereference --preserve=mode,timestamps /etc/. /run/etc/ 2> /dev/null || true
rm -f /run/etc/resolv.conf
cp "$directory"/etc/* /run/etc/
mount --bind /run/etc /etc
mount -t tmpfs -o mode=755 tmpfs /var/lib
# In a user namespace the kernel may refuse a sysfs of one's own; the old one then shows another namespace's devices.
mount -t sysfs sysfs /sys 2> /dev/null || true

exec "$@"
