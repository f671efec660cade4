/** A message as its page prints it, the id of the cause that it is to give, and the code. */
export type Sample = readonly [id: string, code: string, lines: readonly string[]]

const signature =
  'botocore.exceptions.ClientError: An error occurred (InvalidSignatureException) when calling the GetAgentInstallationAssetsForDrs operation: '

/** Every row of the table and every detail of one, each alone in a log. */
export const SAMPLES: readonly Sample[] = [
  ['urlopen-timeout', 'tcp.timeout', ['urlopen error [Errno 110] Connection timed out']],
  [
    'urlopen-timeout',
    'tcp.timeout',
    ['<urlopen error [WinError 10060] Ein Verbindungsversuch ist fehlgeschlagen>'],
  ],
  [
    'urlopen-timeout',
    'tcp.timeout',
    ['ConnectTimeoutError: Connect timeout on endpoint URL: "https://drs.eu-central-1.amazonaws.com/x"'],
  ],
  ['proxy-unreachable', 'proxy.unreachable', ['Failed to connect to proxy URL: "http://proxy.example:3128"']],
  [
    'endpoint-connection',
    'install.connection',
    [
      'EndpointConnectionError: Could not connect to the endpoint URL: "https://drs.eu-central-1.amazonaws.com/"',
    ],
  ],
  ['refused', 'tcp.refused', ['Error details: <urlopen error [Errno 111] Connection refused>']],
  ['unreachable', 'tcp.unreachable', ['Error details: <urlopen error [Errno 113] No route to host>']],
  ['reset', 'tcp.reset', ['Error details: <urlopen error [Errno 104] Connection reset by peer>']],
  [
    'name-not-found',
    'dns.not-found',
    ['Error details: <urlopen error [Errno -2] Name or service not known>'],
  ],
  ['name-not-found', 'dns.not-found', ['<urlopen error [Errno 11001] getaddrinfo failed>']],
  [
    'name-temporary',
    'install.name-resolution',
    ['<urlopen error [Errno -3] Temporary failure in name resolution>'],
  ],
  [
    'proxy-auth',
    'proxy.auth-required',
    ['<urlopen error Tunnel connection failed: 407 Proxy Authentication Required>'],
  ],
  ['proxy-denied', 'proxy.denied', ['<urlopen error Tunnel connection failed: 403 Forbidden>']],
  ['proxy-upstream', 'proxy.upstream', ['<urlopen error Tunnel connection failed: 503 Service Unavailable>']],
  ['download-denied', 's3.access-denied', ['Error details: HTTP Error 403: Forbidden']],
  ['download-missing', 's3.no-such-key', ['Error details: HTTP Error 404: Not Found']],
  [
    'intercepted',
    'tls.intercepted',
    [
      '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate in certificate chain (_ssl.c:1007)',
    ],
  ],
  [
    'certificate-expired',
    'tls.expired',
    ['[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired'],
  ],
  [
    'certificate-early',
    'tls.not-yet-valid',
    ['[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate is not yet valid'],
  ],
  [
    'certificate-untrusted',
    'tls.untrusted',
    [
      '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1007)',
    ],
  ],
  [
    'clock',
    'clock.skew',
    [
      `${signature}Signature expired: 20261128T001036Z is now earlier than 20261128T001112Z (20261128T001612Z - 5 min.)`,
    ],
  ],
  [
    'hash-mismatch',
    'installer.hash-mismatch',
    ['Installation failed', 'Failed verifying the AWS Replication Agent file contents'],
  ],
  [
    'secure-connection',
    'tls.intercepted',
    [
      'Failed to establish a secure connection while downloading the AWS Replication Agent installation files.',
    ],
  ],
  ['port-443', 'install.connection', ['Connection attempt to eu-central-1 on port 443 failed.']],
  ['port-443', 'install.connection', ['Connection attempt to eu-central-1on port 443 failed.']],
  [
    'download',
    'install.download',
    [
      "Downloading of 'https://b.s3.eu-central-1.amazonaws.com/latest/linux/f' from S3 Endpoint vpce-1.s3.eu-central-1.vpce.amazonaws.com failed.",
    ],
  ],
  ['agent-download', 'install.agent-download', ['Failed Downloading the AWS Replication Agent']],
  [
    'not-initialized',
    'staging.not-initialised',
    ['AWS Replication Agent installation failed due to the account not being initialized'],
  ],
  ['credentials', 'install.credentials', ['Failed to validate AWS credentials']],
  [
    'credentials',
    'install.credentials',
    [
      '(UnrecognizedClientException) when calling the X operation: The security token included in the request is invalid.',
    ],
  ],
  [
    'signature',
    'install.signature',
    [
      `${signature}{"message":"The request signature we calculated does not match the signature you provided."}`,
    ],
  ],
  [
    'not-authorized',
    'install.not-authorized',
    [
      'User: arn:aws:iam::111122223333:user/x is not authorized to perform: drs:CreateSourceServerForDrs on resource: *',
    ],
  ],
  ['not-authorized', 'install.not-authorized', ['AccessDeniedException: CreateSourceServerForDrs']],
  [
    'other-account',
    'install.other-account',
    [
      'Cannot install agent, as this server was previously installed to replicate into another region or account',
    ],
  ],
  [
    'marketplace',
    'install.marketplace',
    ['Missing permissions to retrieve marketplace licenses from the source account'],
  ],
  [
    'already-exists',
    'install.already-exists',
    ['(ConflictException) when calling the CreateSourceServerForDrs operation: source server already exists'],
  ],
  [
    'endpoint',
    'install.invalid-endpoint',
    ['ValueError: Invalid endpoint: https://drs.eu central 1.amazonaws.com'],
  ],
  [
    'region',
    'install.region-unknown',
    ['Region eu-centrl-1 is not supported by this version of the AWS Replication Agent installer'],
  ],
  ['console-staging', 'staging.network', ['FAILED_TO_AUTHENTICATE_WITH_SERVICE']],
  ['console-connect', 'install.replication-connection', ['FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER']],
  ['console-bandwidth', 'install.bandwidth', ['NOT_CONVERGING']],
  [
    'privileges',
    'install.privileges',
    ['You do not have enough privileges to run this application installer'],
  ],
  ['privileges', 'install.privileges', ['You need to have root privileges to run this script']],
  [
    'free-space',
    'agent.space.cwd',
    [
      'Installation failed. ',
      'The source server does not have enough free disk space to install the AWS Replication Agent.',
    ],
  ],
  ['kernel-unsupported', 'os.unsupported', ['Your Linux kernel version is not supported']],
  [
    'glibc',
    'os.unsupported',
    [
      "./aws-replication-installer-64bit: /lib64/libc.so.6: version `GLIBC_2.7' not found (required by ./aws-replication-installer-64bit)",
    ],
  ],
  [
    'glibc',
    'os.unsupported',
    ['version ‘GLIBC_2.17’ not found (required by ./aws-replication-installer-64bit)'],
  ],
  [
    'system-unsupported',
    'os.unsupported',
    ['The operating system is not supported by the AWS Replication Agent.'],
  ],
  [
    'gcc',
    'agent.build.tools',
    ['gcc was not found and could not be automatically fetched from the configured repositories'],
  ],
  [
    'gcc-lock',
    'agent.build.package-lock',
    [
      'E: Could not get lock /var/lib/dpkg/lock-frontend',
      'gcc was not found and could not be automatically fetched',
    ],
  ],
  [
    'gcc-candidate',
    'agent.build.tools',
    ['E: Unable to locate package gcc', 'gcc was not found and could not be automatically fetched'],
  ],
  [
    'gcc-repositories',
    'agent.build.tools',
    ['Could not resolve host: mirrors.example', 'gcc was not found and could not be automatically fetched'],
  ],
  ['headers', 'agent.build.headers', ['Cannot find kernel headers']],
  [
    'headers-incomplete',
    'agent.build.headers',
    ['Could not configure the AWS Replication Agent kernel driver build.'],
  ],
  [
    'libelf',
    'agent.build.libelf',
    [
      'Makefile:978: *** "Cannot generate ORC metadata for CONFIG_UNWINDER_ORC=y, please install libelf-dev, libelf-devel or elfutils-libelf-devel".',
      'Could not configure the AWS Replication Agent kernel driver build.',
    ],
  ],
  ['compilation', 'agent.build.compiler', ['Failed to compile the AWS Replication Agent kernel driver.']],
  [
    'no-space',
    'install.disk-full',
    ['/tmp/ccX.s: No space left on device', 'Failed to compile the AWS Replication Agent kernel driver.'],
  ],
  [
    'headers-suse',
    'agent.build.headers',
    ['Could not find a matching kernel headers package for your SUSE kernel version.'],
  ],
  [
    'module-denied',
    'agent.driver.selinux',
    ['insmod: ERROR: could not insert module ./aws-replication-driver.ko: Permission denied'],
  ],
  [
    'module-not-permitted',
    'agent.driver.secure-boot',
    ['insmod: ERROR: could not insert module ./aws-replication-driver.ko: Operation not permitted'],
  ],
  [
    'kernel-changed',
    'agent.driver.kernel-pending',
    ['The driver was compiled for a different kernel version and cannot load'],
  ],
  ['system-user', 'install.system-user', ['Failed to set system user permissions: something else']],
  [
    'user-immutable',
    'agent.user.immutable',
    ["Failed to set system user permissions: “getpwnam(): name not found: 'aws-replication'”"],
  ],
  [
    'sudoers',
    'agent.user.sudoers',
    ['Failed to set system user permissions: sudoers file failed verification'],
  ],
  [
    'agent-directory',
    'install.agent-directory',
    [
      'Failed to set system user permissions:',
      'Unable to change permissions of /var/lib/aws-replication-agent',
    ],
  ],
  [
    'noexec',
    'agent.tmp.noexec',
    ['error while loading shared libraries: libz.so.1: failed to map segment from shared object'],
  ],
  [
    'asmfd-reboot',
    'agent.disks.asmfd',
    [
      'Oracle ASM Filter Driver detected. Please reboot to start replication.',
      'The AWS Replication Agent was successfully installed.',
    ],
  ],
  [
    'asmfd-active',
    'agent.disks.asmfd',
    ['The agent cannot be installed on this server because Oracle ASM Filter Driver is active'],
  ],
  [
    'driver-state',
    'agent.disks.btrfs-state',
    [
      'The value "/x" provided for parameter “--driver-state-location” has a value for which the location does not exist',
    ],
  ],
  ['busy', 'agent.left.installer', ['/bin/sh: ./aws-replication-installer-64bit: Text file busy']],
  [
    'half-installed',
    'install.half-installed',
    [
      'java.io.FileNotFoundException: /var/lib/aws-replication-agent/agent.config (No such file or directory)',
    ],
  ],
  ['uninstalled', 'agent.left.reboot', ['The server has not been restarted since agent uninstallation']],
  [
    'tls12',
    'agent.windows.tls12',
    ['The underlying connection was closed: An unexpected error occurred on a send.'],
  ],
  ['bitlocker', 'agent.windows.bitlocker', ['BitLocker is not supported']],
  [
    'truncated',
    'installer.truncated',
    ['Cannot open self C:\\x\\AwsReplicationWindowsInstaller.exe or archive'],
  ],
  [
    'not-empty',
    'install.temp-directory',
    ["OSError: [WinError 145] Das Verzeichnis ist nicht leer: 'C:\\\\x'"],
  ],
  ['cannot-run', 'install.cannot-run', ['This app can’t run on your PC']],
  [
    'replication-refused',
    'tcp.refused',
    [agent('Connecting to replicator {0}', ['i-0abc'], 'Connection refused')],
  ],
  [
    'replication-timeout',
    'tcp.timeout',
    ['WARN Connecting to replicator i-0abc', 'java.net.SocketTimeoutException: connect timed out'],
  ],
  [
    'replication-unreachable',
    'tcp.unreachable',
    ['Connecting to replicator i-0abc', 'java.net.NoRouteToHostException: No route to host'],
  ],
  ['connection-error', 'install.replication-connection', [agent('Error creating connection', [])]],
  [
    'replication-authentication',
    'install.replication-authentication',
    [
      'Error creating connection',
      '\tat x.Y.failed to receive authentication message(Y.java:1)',
      'javax.net.ssl.SSLException: Connection refused',
    ],
  ],
  ['no-tokens', 'install.replication-tokens', ['No available tokens for peer i-0abc']],
  [
    'management',
    'install.drs-unreachable',
    ['Exception was thrown by the client when trying to send a heartbeat'],
  ],
  [
    'management-name',
    'dns.not-found',
    [
      agent(
        'Exception was thrown by the client when trying to {0}',
        ['GetAgentCommandForDrs'],
        'java.net.UnknownHostException: drs.eu-central-1.amazonaws.com',
      ),
    ],
  ],
  [
    'management-certificate',
    'tls.untrusted',
    ['Exception was thrown by the client when trying to x', 'Caused by: PKIX path building failed'],
  ],
  [
    'management-timeout',
    'tcp.timeout',
    ['Exception was thrown by the client when trying to x: Connect timed out'],
  ],
  [
    'management-refused',
    'tcp.refused',
    ['Exception was thrown by the client when trying to x: Connection refused'],
  ],
  [
    'token-invalid',
    'install.agent-credentials',
    ['Request to GetAgentCommandForDrs failed: The security token included in the request is invalid.'],
  ],
  ['driver', 'install.driver-load', ['Load module failed']],
  [
    'identity',
    'install.identity-changed',
    ["Server identity changed from a to b and didn't find a Recovery Instance id - Exiting"],
  ],
]

/** An entry of agent.log.0, in the members that AWS's own parser names. */
function agent(message: string, args: readonly string[], exception?: string): string {
  return JSON.stringify({'@timestamp': '2026-11-28T12:00:00.000Z', level: 'ERROR', message, args, exception})
}
