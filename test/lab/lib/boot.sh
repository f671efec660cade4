#!/usr/bin/env bash
# Boots the calling machine of the lab once, with systemd itself as its first process, and ends when SCRIPT has run at the
# end of the boot. Its network, /etc and /var/lib are the machine's own; /run is empty, and what is written elsewhere is lost.
#
# usage: unshare --pid --fork --mount --uts --ipc --cgroup --kill-child boot.sh SCRIPT PATH...
#
# PATHs are seen under the same name. Ends with 3 where this kernel does not allow it.
set -euo pipefail
script=$1
shift
root=/run/boot/root

cannot() { echo "no systemd can be booted here: $1" >&2; exit 3; }

[[ -x /lib/systemd/systemd ]] || cannot 'it is not installed'
mkdir -p /run/boot
mount -t tmpfs tmpfs /run/boot
mkdir -p "$root" /run/boot/{upper,work}
mount -t overlay overlay -o lowerdir=/,upperdir=/run/boot/upper,workdir=/run/boot/work "$root" || cannot 'overlay'
for path in /etc /var/lib "$@"; do mount --rbind "$path" "$root$path"; done
mount -t proc proc "$root/proc" || cannot 'proc'
mount -t sysfs sysfs "$root/sys" || cannot 'sysfs'
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup" || cannot 'cgroup2'
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm" "$root/dev/pts"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"

# Nothing of this host's own: no devices, no module, no sysctl, no log-in.
units=$root/run/systemd/system
mkdir -p "$units/multi-user.target.wants"
for unit in systemd-udevd systemd-udev-trigger systemd-modules-load systemd-sysctl systemd-remount-fs systemd-logind \
  systemd-binfmt systemd-timesyncd systemd-networkd systemd-resolved systemd-tmpfiles-setup systemd-tmpfiles-setup-dev \
  console-getty dbus e2scrub_reap ldconfig; do
  ln -s /dev/null "$units/$unit.service"
done
for unit in getty.target timers.target dbus.socket; do ln -s /dev/null "$units/$unit"; done
cat > "$units/lab-script.service" << UNIT
[Unit]
After=multi-user.target drs-onboard-boot.service
[Service]
Type=oneshot
Environment=PATH=$PATH
ExecStart=/bin/bash $script
ExecStopPost=/bin/systemctl --no-block exit
UNIT
ln -s ../lab-script.service "$units/multi-user.target.wants/"

exec chroot "$root" env -i container=lab PATH="$PATH" \
  /lib/systemd/systemd --unit=multi-user.target --show-status=no --log-level=warning
