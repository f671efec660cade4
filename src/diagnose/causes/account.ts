import {type Row, row} from '../cause.ts'
import {COMMON_ERRORS, CONSOLE_ERRORS, FIRST_STAGE, MGN_ERRORS} from '../pages.ts'

const STAGING =
  'The staging area subnet needs TCP 443 to DRS, S3 and EC2: check its routes, network ACL, DNS and endpoints.'

/** What AWS answers the installer, and what its console shows of replication. */
export const ACCOUNT_ROWS: readonly Row[] = [
  row('not-initialized', /account not being initialized|UninitializedAccountException/, {
    code: 'staging.not-initialised',
    owner: 'aws-account-admin',
    summary: 'AWS DRS is not initialized in this account and Region.',
    nextStep: 'Have AWS DRS initialized in the console of the target Region, then run the installer again.',
    page: COMMON_ERRORS,
  }),
  row(
    'credentials',
    /Failed to validate AWS credentials|UnrecognizedClientException|InvalidClientTokenId|ExpiredTokenException/,
    {
      code: 'install.credentials',
      summary: 'AWS does not accept the access key: it is wrong, inactive or expired.',
      nextStep:
        'Verify the key in IAM, and the expiry of temporary credentials; enter it again, on Windows in PowerShell.',
      page: COMMON_ERRORS,
    },
  ),
  row(
    'signature',
    /InvalidSignatureException(?![^\n]{0,300}Signature (?:expired|not yet current):)|request signature we calculated does not match/,
    {
      code: 'install.signature',
      summary:
        'The signature of a request is wrong: the secret access key was altered when entered, or the clock is wrong.',
      nextStep:
        'Enter the secret access key again, on Windows in PowerShell and not in CMD; the check compares the clock of this server.',
      settledBy: 'drs',
      page: COMMON_ERRORS,
    },
  ),
  row('not-authorized', /is not authorized to perform|AccessDeniedException|\(AccessDenied\) when calling/, {
    code: 'install.not-authorized',
    owner: 'aws-account-admin',
    summary: 'The IAM user or role of the installer lacks a permission',
    nextStep: 'Have the managed policy AWSElasticDisasterRecoveryAgentInstallationPolicy attached to it.',
    page: COMMON_ERRORS,
    names:
      /(?:not authorized to perform:? |when calling the |AccessDeniedException: )([a-z0-9]{2,12}:\w{2,60}|[A-Z][a-z]+[A-Z]\w{2,60})/,
  }),
  row('other-account', /previously installed to replicate into another region or account/i, {
    code: 'install.other-account',
    owner: 'aws-account-admin',
    summary: 'This server is registered with another Region or account.',
    nextStep:
      'Have the source server disconnected and deleted there (this ends its replication), then install again.',
    page: COMMON_ERRORS,
  }),
  row('marketplace', /Missing permissions to retrieve marketplace licenses/, {
    code: 'install.marketplace',
    owner: 'aws-account-admin',
    summary: 'The installer may not read the AWS Marketplace product codes of this instance.',
    nextStep: 'Have the permission ec2:DescribeInstances added to the IAM user or role.',
    page: COMMON_ERRORS,
  }),
  row(
    'already-exists',
    // The installer also says that a source network already exists, and goes on.
    /(?:CreateSourceServer|ConflictException|[Ss]ource server)[^\n]{0,200}already exists|^already exists\.?$/,
    {
      code: 'install.already-exists',
      summary: 'This server is registered with AWS DRS in this Region and account.',
      nextStep:
        'To reinstall the agent, run the installer again without --tags; else delete the source server first.',
      page: COMMON_ERRORS,
    },
  ),
  row('endpoint', /Invalid endpoint: /, {
    code: 'install.invalid-endpoint',
    summary: 'The value of --endpoint or --region does not make a valid address.',
    nextStep: 'Omit --endpoint, or give a valid host; verify the Region code.',
    page: COMMON_ERRORS,
  }),
  row('region', /Region \S{1,80} is not supported by this version of the AWS Replication Agent installer/, {
    code: 'install.region-unknown',
    summary: 'This copy of the installer does not know the Region',
    nextStep:
      'Download the newest installer; if AWS_REGION is set, unset it (`env -u AWS_REGION`): it overrides --region.',
    page: FIRST_STAGE,
    names: /Region ([\w-]{1,40}) is not supported/,
  }),
  row(
    'console-staging',
    /FAILED_TO_AUTHENTICATE_WITH_SERVICE|FAILED_TO_BOOT_REPLICATION_SERVER|FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE(?:_TO_FAILBACK_CLIENT)?/,
    {
      code: 'staging.network',
      owner: 'aws-account-admin',
      summary:
        'The replication server in the staging area subnet cannot reach AWS; this is not about this server.',
      nextStep: STAGING,
      page: CONSOLE_ERRORS,
    },
  ),
  row('console-connect', /FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER/, {
    code: 'install.replication-connection',
    ownerKnown: false,
    summary: 'The agent cannot connect to the replication server on TCP 1500.',
    nextStep:
      'Run the check with --replication-server ADDRESS: it shows whether a rule of this server blocks, or the network.',
    settledBy: 'replication',
    page: CONSOLE_ERRORS,
  }),
  row('console-bandwidth', /\bNOT_CONVERGING\b|\bUNSTABLE_NETWORK\b/, {
    code: 'install.bandwidth',
    owner: 'network-team',
    ownerKnown: false,
    summary:
      'Replication does not keep up: the bandwidth is too small for the write rate, or the network is unstable.',
    nextStep: 'Compare the write rate of the disks with the bandwidth to the staging area subnet.',
    page: CONSOLE_ERRORS,
  }),
  row(
    'privileges',
    /do(?:es)? not have enough privileges to run this application|need to have root privileges/i,
    {
      code: 'install.privileges',
      summary: 'The installer was started without the privileges that it needs.',
      nextStep: 'Run it with `sudo -E`, on Windows as Administrator.',
      page: MGN_ERRORS,
    },
  ),
]
