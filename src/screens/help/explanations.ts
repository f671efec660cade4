import type {Screen} from '../flow-state.ts'
import type {Explanation} from './explanation.ts'
import {QUESTION_EXPLANATIONS} from './question-explanations.ts'
import {REPAIR_EXPLANATIONS} from './repair-explanations.ts'

/** What `?` tells on each screen. Read from the AWS DRS User Guide as of August 2026. */
export const EXPLANATIONS: Readonly<Record<Screen, Explanation>> = {
  ...QUESTION_EXPLANATIONS,
  ...REPAIR_EXPLANATIONS,
  checks: {
    title: 'Checks',
    asked:
      'Nothing. Each check runs once, side by side with the others: this server, its own firewall rules, the path to each endpoint (DNS, TCP, proxy, TLS, HTTP), the installer, TCP 1500.',
    matters: 'They only read and connect. Nothing on this server changes.',
    byDefault:
      'The findings follow when the last check has ended. One that gets no answer gives up by itself.',
    aws: [
      {
        says: 'A source server needs TCP 443 out to DRS and S3 of its Region all the time, not for the installation alone; and TCP 1500 to replication servers.',
        page: 'Network-Requirements',
      },
      {
        says: 'TCP 1500 can be tried before any replication server exists: start a Linux instance in the staging area subnet, let it listen (nc -l 1500), and give its address as the replication server here.',
        page: 'Troubleshooting-Communication-Errors',
      },
    ],
  },
  findings: {
    title: 'Findings',
    asked:
      'Nothing yet. Each finding says what was found, who can mend it and what comes next; → shows the evidence.',
    matters:
      'FAIL blocks the installation or the replication. WARN does not. SKIP waits for something that fails, and is tested once that is mended. ERROR means that the check itself could not run.',
    byDefault:
      'Enter goes on to the repair plan where this server can be repaired, else to the installer. r checks everything again, after something was mended elsewhere.',
    aws: [
      {
        says: 'The usual causes of a connection that fails: name servers handed out by DHCP, no route to the internet, a network ACL or security group, a NAT gateway, a VPC endpoint policy, the firewall of the source server itself.',
        page: 'verifying-network-connectivity',
      },
    ],
  },
  installer: {
    title: 'Agent installer',
    asked: 'Nothing. What became of the download of the agent installer, and the lines that install it.',
    matters:
      'Only a whole download that matches the published SHA-512 proves that nothing on the way cuts or changes it.',
    byDefault: 'Enter goes on to the summary. Nothing is installed, and no credentials are asked for.',
    aws: [
      {
        says: 'The installer takes credentials from flags, from AWS_ACCESS_KEY_ID and its companions in the environment (on Linux with sudo -E), or asks for them.',
        page: 'installer-parameters',
      },
      {
        says: 'The address of a proxy for the agent needs the slash at its end.',
        page: 'installer-parameters',
      },
    ],
  },
  summary: {
    title: 'Summary',
    asked:
      'Nothing more. The outcome, what was changed, how to install, and how to run this again unattended.',
    matters: 'A saved report can go into the change ticket; f shows all of it here.',
    byDefault:
      'Enter ends the wizard and leaves the full report in the terminal. s saves it, r checks everything again.',
    aws: [
      {
        says: 'Should replication stop later with FAILED_TO_AUTHENTICATE_WITH_SERVICE, the staging area subnet lacks TCP 443, not this server; with FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER, it is the path of TCP 1500.',
        page: 'common-replication-errors',
      },
    ],
  },
}
