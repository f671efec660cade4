import {QUESTION_EXPLANATIONS} from '../questions/explanations.ts'
import {REPAIR_EXPLANATIONS} from '../repair/explanations.ts'
import type {Explanation} from '../ui/explanation.ts'
import type {Screen} from './state.ts'

/** What `?` tells on each screen. Read from the AWS DRS User Guide as of August 2026. */
export const EXPLANATIONS: Readonly<Record<Screen, Explanation>> = {
  ...QUESTION_EXPLANATIONS,
  ...REPAIR_EXPLANATIONS,
  checks: {
    title: 'Checks',
    asked:
      'Nothing. Each check runs once, side by side with the others: this server, the host firewall, the path to each endpoint (DNS, TCP, proxy, TLS, HTTP), the installer, TCP 1500.',
    matters: 'They only read and connect. Nothing on this server changes.',
    byDefault: 'Results appear when all checks are done. A check that gets no answer times out.',
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
      'Nothing yet. Each finding says what was found, who can fix it and what comes next; → shows the evidence.',
    matters:
      'FAIL blocks the installation or the replication. WARN does not. SKIP was not tested because something else failed, or needs a target. ERROR means that the check itself could not run.',
    byDefault:
      'Enter continues to the plan where this server can be fixed, else to the installer. r checks everything again, after something was fixed elsewhere.',
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
      'Only a complete download that matches the published SHA-512 shows that nothing on the path cuts or changes it.',
    byDefault: 'Enter continues to the summary. Nothing is installed, and no credentials are asked for.',
    aws: [
      {
        says: 'The installer takes credentials from flags, from AWS_ACCESS_KEY_ID and its companions in the environment (on Linux with sudo -E), or asks for them.',
        page: 'installer-parameters',
      },
      {
        says: 'The proxy URL must end with a slash.',
        page: 'installer-parameters',
      },
    ],
  },
  summary: {
    title: 'Summary',
    asked:
      'Nothing more. The outcome, what was changed, how to install, and how to run again non-interactively.',
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
