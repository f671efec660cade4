import {type Row, row} from '../cause.ts'
import {BOTOCORE, COMMON_ERRORS, FIRST_STAGE, LAB, LINUX_ERRORS, PYTHON} from '../pages.ts'

const WHO_BLOCKS =
  'Run the check: it shows whether a rule of this server blocks the connection, or the network.'

/** What the installer prints of its connections on TCP 443. `Errno` is errno(3) of Linux, or a code of Winsock. */
export const NETWORK_ROWS: readonly Row[] = [
  row(
    'urlopen-timeout',
    /urlopen error (?:timed out|\[Errno 110\])|\[(?:Errno|WinError) 10060\]|Connect timeout on endpoint URL: /,
    {
      code: 'tcp.timeout',
      ownerKnown: false,
      summary: 'A connection on TCP 443 got no answer: something between this server and AWS drops it.',
      nextStep: WHO_BLOCKS,
      settledBy: 'https',
      page: LINUX_ERRORS,
    },
  ),
  row('refused', /urlopen error \[(?:Errno 111|(?:Errno|WinError) 10061)\]/, {
    code: 'tcp.refused',
    ownerKnown: false,
    summary: 'A connection on TCP 443 was refused.',
    nextStep: WHO_BLOCKS,
    settledBy: 'https',
    page: PYTHON,
  }),
  row('unreachable', /urlopen error \[(?:Errno (?:101|113)|(?:Errno|WinError) 100(?:51|65))\]/, {
    code: 'tcp.unreachable',
    ownerKnown: false,
    summary: 'There was no route for a connection on TCP 443.',
    nextStep:
      'Run the check: it shows the route that this server chooses, and whether its own routing blocks.',
    settledBy: 'https',
    page: PYTHON,
  }),
  row(
    'reset',
    /urlopen error \[(?:Errno 104|(?:Errno|WinError) 10054)\]|Connection reset by peer|ConnectionResetError/,
    {
      code: 'tcp.reset',
      ownerKnown: false,
      summary: 'A connection on TCP 443 was reset.',
      nextStep: WHO_BLOCKS,
      settledBy: 'https',
      page: PYTHON,
    },
  ),
  row(
    'name-not-found',
    /\[Errno -[25]\]|\[Errno 11001\]|getaddrinfo failed|urlopen error[^\n]{0,80}Name or service not known/,
    {
      code: 'dns.not-found',
      owner: 'dns-admin',
      ownerKnown: false,
      summary:
        'A name of AWS did not resolve: it is not known to the name servers, or the Region is misspelled.',
      nextStep: 'Run the check: it names the name server that was asked, and what it answered.',
      settledBy: 'https',
      page: FIRST_STAGE,
    },
  ),
  row(
    'name-temporary',
    /\[Errno -3\]|\[Errno 11002\]|urlopen error[^\n]{0,80}Temporary failure in name resolution/,
    {
      code: 'install.name-resolution',
      owner: 'dns-admin',
      ownerKnown: false,
      summary: 'A name of AWS did not resolve: the name servers did not answer, or reported a failure.',
      nextStep: 'Run the check: it shows which, and whether a rule of this server blocks the query.',
      settledBy: 'https',
      page: FIRST_STAGE,
    },
  ),
  row('proxy-unreachable', /Failed to connect to proxy URL: /, {
    code: 'proxy.unreachable',
    owner: 'proxy-team',
    ownerKnown: false,
    summary: 'The proxy cannot be reached.',
    nextStep: 'Run the check with --proxy-address: it shows whether a rule of this server blocks the proxy.',
    settledBy: 'https',
    page: BOTOCORE,
  }),
  row('proxy-auth', /Tunnel connection failed: 407|HTTP Error 407|Proxy Authentication Required/, {
    code: 'proxy.auth-required',
    owner: 'proxy-team',
    summary: 'The proxy requires credentials.',
    nextStep:
      'Ask the proxy team to allow this server without credentials, or set them in the address of the proxy.',
    settledBy: 'https',
    page: PYTHON,
  }),
  row('proxy-denied', /Tunnel connection failed: 4(?!07)\d\d/, {
    code: 'proxy.denied',
    owner: 'proxy-team',
    summary: 'The proxy denies the connection.',
    nextStep: 'Ask the proxy team to allow the hosts of the allow-list on port 443.',
    settledBy: 'https',
    page: PYTHON,
  }),
  row('proxy-upstream', /Tunnel connection failed: 5\d\d/, {
    code: 'proxy.upstream',
    owner: 'proxy-team',
    summary: 'The proxy cannot reach the endpoint.',
    nextStep: 'Ask the proxy team why their proxy cannot connect to AWS.',
    settledBy: 'https',
    page: PYTHON,
  }),
  row('download-denied', /HTTP Error 403/, {
    code: 's3.access-denied',
    owner: 'aws-account-admin',
    ownerKnown: false,
    summary: 'S3, or a proxy in between, denied the download (403).',
    nextStep:
      'Run the check: it shows who answers. If it is S3, compare the policy of the S3 VPC endpoint with `policy`.',
    settledBy: 's3',
    page: FIRST_STAGE,
  }),
  row('download-missing', /HTTP Error 404/, {
    code: 's3.no-such-key',
    ownerKnown: false,
    summary: 'The file to download does not exist (404): the Region or the installer may be the wrong one.',
    nextStep: 'Compare the Region of the log with yours, and download the newest installer.',
    settledBy: 's3',
    page: FIRST_STAGE,
  }),
  row('hash-mismatch', /Failed verifying the AWS Replication Agent file contents/, {
    code: 'installer.hash-mismatch',
    owner: 'network-team',
    ownerKnown: false,
    summary: 'The downloaded installer does not match its SHA-512: something on the path changed or cut it.',
    nextStep: 'Run the check: it downloads the installer and verifies it.',
    settledBy: 's3',
    page: FIRST_STAGE,
  }),
  row(
    'port-443',
    // The first stage of the installer prints no space before "on".
    /Connection attempt to [\w.-]{1,80}? ?on port 443 failed/,
    {
      code: 'install.connection',
      ownerKnown: false,
      summary: 'The installer could not connect to AWS on TCP 443: a route, a firewall or a proxy.',
      nextStep: WHO_BLOCKS,
      settledBy: 'https',
      page: COMMON_ERRORS,
    },
    {yields: true},
  ),
  row(
    'endpoint-connection',
    /Could not connect to the endpoint URL: /,
    {
      code: 'install.connection',
      ownerKnown: false,
      summary: 'The installer could not connect to an endpoint of AWS: DNS, a route, a firewall or a proxy.',
      nextStep: WHO_BLOCKS,
      settledBy: 'https',
      page: BOTOCORE,
    },
    {yields: true},
  ),
  row(
    'download',
    /Downloading of '[^'\n]{1,500}'(?: from S3 Endpoint [\w.-]{1,255})? failed/,
    {
      code: 'install.download',
      ownerKnown: false,
      summary: 'A download from S3 failed, and the log does not say why.',
      nextStep: WHO_BLOCKS,
      settledBy: 's3',
      page: FIRST_STAGE,
    },
    {yields: true},
  ),
  row(
    'agent-download',
    /Failed Downloading the AWS Replication Agent/i,
    {
      code: 'install.agent-download',
      ownerKnown: false,
      summary: 'The agent could not be downloaded from S3.',
      nextStep:
        'Run the check on this server; if it passes, check the S3 access of the staging area subnet: a NAT gateway or an S3 endpoint in its route table.',
      settledBy: 's3',
      page: LAB,
    },
    {yields: true},
  ),
]
