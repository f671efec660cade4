import {type Detail, logCause, type Row, row} from '../cause.ts'
import {AGENT_ERRORS} from '../pages.ts'

const OVER_1500 =
  'Run the check with --replication-server ADDRESS: it shows whether a rule of this server blocks TCP 1500, or the network.'

const replication = (id: string, code: 'tcp.refused' | 'tcp.timeout' | 'tcp.unreachable', what: string) =>
  logCause(id, {
    code,
    ownerKnown: false,
    summary: `The connection to the replication server on TCP 1500 ${what}.`,
    nextStep: OVER_1500,
    settledBy: 'replication',
    page: AGENT_ERRORS,
  })

const OVER_TCP: readonly Detail[] = [
  {says: /Connection refused/i, cause: replication('replication-refused', 'tcp.refused', 'is refused')},
  {
    says: /connect(?:ion)? timed out/i,
    cause: replication('replication-timeout', 'tcp.timeout', 'gets no answer'),
  },
  {
    says: /No route to host|Network is unreachable/i,
    cause: replication('replication-unreachable', 'tcp.unreachable', 'has no route'),
  },
]

const AUTHENTICATION: Detail = {
  says: /authentication message/i,
  cause: logCause('replication-authentication', {
    code: 'install.replication-authentication',
    owner: 'network-team',
    ownerKnown: false,
    summary: 'TCP 1500 opens, and the TLS connection to the replication server is cut or inspected.',
    nextStep: 'Make sure that no firewall, proxy or inspection device decrypts or interrupts TCP 1500.',
    settledBy: 'replication',
    page: AGENT_ERRORS,
  }),
}

const management = (id: string, fields: Omit<Parameters<typeof logCause>[1], 'page' | 'settledBy'>) =>
  logCause(id, {...fields, settledBy: 'drs', page: AGENT_ERRORS})

/** What the agent writes into agent.log.0. */
export const AGENT_ROWS: readonly Row[] = [
  {
    id: 'connecting',
    says: /Connecting to replicator/,
    kind: 'agent',
    rank: 'cause',
    alone: null,
    details: OVER_TCP,
  },
  row(
    'connection-error',
    /Error creating connection/,
    {
      code: 'install.replication-connection',
      ownerKnown: false,
      summary: 'The agent cannot connect to the replication server on TCP 1500.',
      nextStep: OVER_1500,
      settledBy: 'replication',
      page: AGENT_ERRORS,
    },
    {kind: 'agent', details: [AUTHENTICATION, ...OVER_TCP]},
  ),
  row(
    'no-tokens',
    /No available tokens for peer/,
    {
      code: 'install.replication-tokens',
      ownerKnown: false,
      summary: 'Earlier connections to the replication server failed, so the agent has no token left.',
      nextStep: 'Fix the connection errors before it; if there are none, contact AWS Support.',
      settledBy: 'replication',
      page: AGENT_ERRORS,
    },
    {kind: 'agent', rank: 'follower'},
  ),
  row(
    'management',
    /Exception was thrown by the client when trying to/,
    {
      code: 'install.drs-unreachable',
      ownerKnown: false,
      summary: 'The agent cannot reach AWS DRS, or load its credentials.',
      nextStep: 'Run the check; if it passes, look at the instance profile of the server.',
      settledBy: 'drs',
      page: AGENT_ERRORS,
    },
    {
      kind: 'agent',
      details: [
        {
          says: /UnknownHostException/,
          cause: management('management-name', {
            code: 'dns.not-found',
            owner: 'dns-admin',
            ownerKnown: false,
            summary: 'The agent cannot resolve the name of the DRS endpoint.',
            nextStep: 'Run the check: it names the name server that was asked, and what it answered.',
          }),
        },
        {
          says: /PKIX path/,
          cause: management('management-certificate', {
            code: 'tls.untrusted',
            ownerKnown: false,
            summary:
              'The agent does not trust the certificate of the DRS endpoint: mostly because of TLS inspection.',
            nextStep:
              'Run the check: it names the issuer. Have the DRS endpoint excluded from TLS inspection.',
          }),
        },
        {
          says: /connect(?:ion)? timed out|ConnectTimeoutException/i,
          cause: management('management-timeout', {
            code: 'tcp.timeout',
            ownerKnown: false,
            summary: 'The agent gets no answer from the DRS endpoint on TCP 443.',
            nextStep:
              'Run the check: it shows whether a rule of this server blocks the connection, or the network.',
          }),
        },
        {
          says: /Connection refused/i,
          cause: management('management-refused', {
            code: 'tcp.refused',
            ownerKnown: false,
            summary: 'The connection of the agent to the DRS endpoint on TCP 443 is refused.',
            nextStep:
              'Run the check: it shows whether a rule of this server refuses it, or the network or a proxy.',
          }),
        },
      ],
    },
  ),
  row(
    'token-invalid',
    /\bRequest to\b[^\n]{0,300}The security token included in the request is invalid/,
    {
      code: 'install.agent-credentials',
      summary: 'AWS DRS does not know the credentials of the agent any more.',
      nextStep: 'Install the agent again: that gives it new ones.',
      page: AGENT_ERRORS,
    },
    {kind: 'agent'},
  ),
  row(
    'driver',
    /Load module failed/,
    {
      code: 'install.driver-load',
      summary:
        'The agent could not load its driver: after a kernel update without headers or S3 access, by Secure Boot or by endpoint protection.',
      nextStep:
        'Install the headers of the running kernel, look at Secure Boot and SELinux, and install the agent again; the check tests S3.',
      settledBy: 's3',
      page: AGENT_ERRORS,
    },
    {kind: 'agent'},
  ),
  row(
    'identity',
    /Server identity changed from|didn't find a Recovery Instance id - Exiting/,
    {
      code: 'install.identity-changed',
      summary:
        'The disk was cloned, restored or moved to another server, or an identifier of this server cannot be read.',
      nextStep: 'Install the agent again, so that it registers as its own source server.',
      page: AGENT_ERRORS,
    },
    {kind: 'agent'},
  ),
]
