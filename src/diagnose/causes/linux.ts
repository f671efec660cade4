import {logCause, type Row, row} from '../cause.ts'
import {COMMON_ERRORS, FIRST_STAGE, LAB, LINUX_ERRORS} from '../pages.ts'

/** What the installer prints on Linux of the system, its user and its files. */
export const LINUX_ROWS: readonly Row[] = [
  row('free-space', /not have enough free disk space/, {
    code: 'agent.space.cwd',
    summary: 'There is too little free disk space for the installation.',
    nextStep: 'Free 500 MiB in the directory that you start the installer in, 500 MiB in /tmp and 4 GB on /.',
    page: FIRST_STAGE,
  }),
  row('glibc', /version [`'"]?GLIBC_[\d.]+['"]? not found/, {
    code: 'os.unsupported',
    summary: 'The C library of this system is too old for the agent.',
    nextStep: 'Use a system of the list of supported systems.',
    settledBy: 'system',
    page: LINUX_ERRORS,
  }),
  row('system-unsupported', /The operating system is not supported by the AWS Replication Agent/, {
    code: 'os.unsupported',
    summary: 'AWS does not support the agent on this operating system.',
    nextStep: 'Compare the system with the list of supported systems.',
    settledBy: 'system',
    page: COMMON_ERRORS,
  }),
  row(
    'system-user',
    /Failed to set system user permissions/,
    {
      code: 'install.system-user',
      summary: 'The installer could not set up the user aws-replication.',
      nextStep:
        'Look at `lsattr` of /etc/passwd, /etc/group and /etc/shadow, at `visudo -c`, and at /var/lib/aws-replication-agent.',
      page: LINUX_ERRORS,
    },
    {
      details: [
        {
          says: /getpwnam\(\): name not found/,
          cause: logCause('user-immutable', {
            code: 'agent.user.immutable',
            summary:
              'The user aws-replication could not be created: /etc/passwd, group or shadow cannot be changed.',
            nextStep:
              'Look for the flag i in `lsattr /etc/passwd /etc/group /etc/shadow`; it may be there on purpose.',
            page: LINUX_ERRORS,
          }),
        },
        {
          says: /sudoers file failed verification/,
          cause: logCause('sudoers', {
            code: 'agent.user.sudoers',
            summary: '/etc/sudoers has a syntax error, so the user aws-replication could not be added.',
            nextStep: 'Correct what `sudo visudo -c` reports, and run the installer again.',
            page: LINUX_ERRORS,
          }),
        },
        {
          says: /Unable to change permissions of \/var\/lib\/aws-replication-agent/,
          cause: logCause('agent-directory', {
            code: 'install.agent-directory',
            summary: '/var/lib/aws-replication-agent is read-only or immutable.',
            nextStep: 'Look at `findmnt -T /var/lib/aws-replication-agent` (ro) and `lsattr -d` of it (i).',
            page: LINUX_ERRORS,
          }),
        },
      ],
    },
  ),
  row('noexec', /failed to map segment from shared object/, {
    code: 'agent.tmp.noexec',
    summary: 'The temporary directory is mounted with noexec.',
    nextStep: 'Give another one: `sudo -E env TMPDIR=/path/to/directory ./aws-replication-installer-init …`.',
    page: LINUX_ERRORS,
  }),
  row(
    'asmfd-reboot',
    /Oracle ASM Filter Driver detected\. Please reboot/,
    {
      code: 'agent.disks.asmfd',
      summary:
        'The agent is installed, and its driver loads only at the next boot, because of the Oracle ASM Filter Driver.',
      nextStep: 'Reboot this server: replication then starts.',
      page: LINUX_ERRORS,
    },
    {rank: 'pending'},
  ),
  row('asmfd-active', /cannot be installed[^\n]{0,200}Oracle ASM Filter Driver is active/, {
    code: 'agent.disks.asmfd',
    summary: 'This version of the agent cannot be installed while the Oracle ASM Filter Driver is active.',
    nextStep: 'Download the newest installer, which needs only a reboot; else deactivate the driver first.',
    page: LINUX_ERRORS,
  }),
  row('driver-state', /provided for parameter "--driver-state-location"/, {
    code: 'agent.disks.btrfs-state',
    summary: 'The directory of --driver-state-location does not exist, or is not on a supported file system.',
    nextStep: 'Give an existing directory on ext4 or xfs, not on a Btrfs subvolume, or omit the option.',
    page: LINUX_ERRORS,
  }),
  row('busy', /Text file busy/, {
    code: 'agent.left.installer',
    summary: 'An earlier installer is still running, or its file is in use.',
    nextStep:
      'Let it finish or end it, remove /tmp/aws-replication-installer-64bit, and run the installer again.',
    page: LAB,
  }),
  row('half-installed', /agent\.config \(No such file or directory\)/, {
    code: 'install.half-installed',
    summary: 'The agent was started although its installation was not complete.',
    nextStep: 'Uninstall what is there, reboot, and install the agent again.',
    page: LAB,
  }),
  row('uninstalled', /has not been restarted since agent uninstallation/, {
    code: 'agent.left.reboot',
    summary: 'An earlier agent was uninstalled, and its driver is still loaded.',
    nextStep: 'Reboot this server, and run the installer again.',
    page: COMMON_ERRORS,
  }),
]
