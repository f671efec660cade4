import {logCause, type Row, row} from '../cause.ts'
import {LINUX_ERRORS} from '../pages.ts'

const KERNEL_PACKAGE =
  'Install the headers of exactly the running kernel (`uname -r`): kernel-devel or linux-headers, with gcc and make.'

const NO_SPACE = logCause('no-space', {
  code: 'install.disk-full',
  summary: 'A file system was full while the installer was running.',
  nextStep: 'Free space on /, /tmp and /var (`df -h`), and run the installer again.',
  page: LINUX_ERRORS,
})

const FULL = /No space left on device/

/** What the installer prints on Linux when it builds and loads its driver. */
export const DRIVER_ROWS: readonly Row[] = [
  row('kernel-unsupported', /Your Linux kernel version is not supported/, {
    code: 'os.unsupported',
    summary: 'The running kernel is not supported, or its headers are missing.',
    nextStep: `Look for the kernel in the list of supported systems; if it is there: ${KERNEL_PACKAGE}`,
    settledBy: 'system',
    page: LINUX_ERRORS,
  }),
  row(
    'gcc',
    /gcc was not found and could not be automatically fetched/,
    {
      code: 'agent.build.tools',
      summary: 'gcc is missing, and the installer could not install it.',
      nextStep: 'Install gcc and make with the package manager, and run the installer again.',
      page: LINUX_ERRORS,
    },
    {
      looksBack: true,
      details: [
        {
          says: /Could not get lock|Unable to acquire the dpkg frontend lock|(?:yum|dnf) lock|System management is locked|Unable to lock/,
          cause: logCause('gcc-lock', {
            code: 'agent.build.package-lock',
            summary: 'gcc could not be installed: another program was using the package manager.',
            nextStep:
              'Wait until it has finished (`pgrep -af "apt|dpkg|yum|dnf|zypper"`), and run the installer again.',
            page: LINUX_ERRORS,
          }),
        },
        {
          says: /Unable to locate package|has no installation candidate|No package gcc available|Unable to find a match: gcc|No match for argument: gcc|'gcc' not found in package names/,
          cause: logCause('gcc-candidate', {
            code: 'agent.build.tools',
            summary: 'gcc could not be installed: the repositories of this server do not have it.',
            nextStep:
              'Install gcc and make from local media or an internal repository, and run the installer again.',
            page: LINUX_ERRORS,
          }),
        },
        {
          says: /Failed to fetch|Cannot find a valid baseurl|Cannot download repomd|Failed to download metadata|Temporary failure resolving|Could not resolve host|Cannot retrieve repository metadata/,
          cause: logCause('gcc-repositories', {
            code: 'agent.build.tools',
            summary: 'gcc could not be installed: the package repositories did not answer.',
            nextStep:
              'Restore access to the repositories, with the proxy of the package manager, or install gcc and make by hand.',
            page: LINUX_ERRORS,
          }),
        },
        {says: FULL, cause: NO_SPACE},
      ],
    },
  ),
  row('headers', /Cannot find kernel headers/i, {
    code: 'agent.build.headers',
    summary: 'The headers of the running kernel are not installed.',
    nextStep: KERNEL_PACKAGE,
    page: LINUX_ERRORS,
  }),
  row(
    'headers-incomplete',
    /Could not configure the AWS Replication Agent kernel driver build/,
    {
      code: 'agent.build.headers',
      summary:
        'The headers of the running kernel are incomplete, or /lib/modules/$(uname -r)/build leads nowhere.',
      nextStep: `Reinstall them. ${KERNEL_PACKAGE} On RHEL 8 and its relatives also elfutils-libelf-devel.`,
      page: LINUX_ERRORS,
    },
    {
      looksBack: true,
      details: [
        {
          says: /libelf/,
          cause: logCause('libelf', {
            code: 'agent.build.libelf',
            summary: 'The driver could not be built: the headers of libelf are missing.',
            nextStep:
              'Install elfutils-libelf-devel (libelf-dev on Debian and Ubuntu), and run the installer again.',
            page: LINUX_ERRORS,
          }),
        },
      ],
    },
  ),
  row(
    'compilation',
    /Failed to compile the AWS Replication Agent kernel driver/,
    {
      code: 'agent.build.compiler',
      summary:
        'The driver could not be compiled: mostly a compiler other than that of the kernel, or a full disk.',
      nextStep:
        'Compare `gcc --version` with /proc/version and look at `df -h /`; the lines before have the output of make.',
      page: LINUX_ERRORS,
    },
    {looksBack: true, details: [{says: FULL, cause: NO_SPACE}]},
  ),
  row('headers-suse', /Could not find a matching kernel headers package for your SUSE kernel version/, {
    code: 'agent.build.headers',
    summary: 'The repositories of this SUSE server do not have the headers of the running kernel.',
    nextStep:
      'Register the server with the SUSE Customer Center, and install kernel-default-devel of `uname -r` and kernel-source.',
    page: LINUX_ERRORS,
  }),
  row('module-denied', /could not insert module [^\n]{0,200}aws-replication-driver\.ko: Permission denied/, {
    code: 'agent.driver.selinux',
    summary: 'The kernel refused the driver (permission denied): SELinux, or endpoint protection.',
    nextStep:
      'Look at `sestatus` and the audit log; restore the context of the driver, or allow it in the endpoint protection.',
    page: LINUX_ERRORS,
  }),
  row(
    'module-not-permitted',
    /could not insert module [^\n]{0,200}aws-replication-driver\.ko: (?:Operation not permitted|Required key not available|Key was rejected)/,
    {
      code: 'agent.driver.secure-boot',
      summary:
        'The kernel refused the unsigned driver: Secure Boot or kernel lockdown, or endpoint protection.',
      nextStep: 'Look at `mokutil --sb-state`. Ask your security team before Secure Boot is switched off.',
      page: LINUX_ERRORS,
    },
  ),
  row('kernel-changed', /driver[^\n]{0,80}compiled for a different kernel/i, {
    code: 'agent.driver.kernel-pending',
    summary: 'The driver was compiled for another kernel than the running one.',
    nextStep: 'Reboot into the current kernel, and install the agent again.',
    page: LINUX_ERRORS,
  }),
]
