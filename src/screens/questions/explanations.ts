import type {Question} from '../flow/state.ts'
import type {Explanation} from '../ui/explanation.ts'

/** What `?` tells on the screens that ask before the checks. */
export const QUESTION_EXPLANATIONS: Readonly<Record<Question, Explanation>> = {
  interrupted: {
    title: 'An earlier run',
    asked: 'Whether to revert a change that an earlier run began and did not finish.',
    matters:
      'Its rule may be in place without having been verified. The journal has each command and its undo.',
    byDefault:
      'It is reverted. If you leave it, it stays in the journal, and drs-onboard undo can revert it later.',
    aws: [],
  },
  resume: {
    title: 'Continue',
    asked: 'Whether to use the answers of the last run, which was not finished.',
    matters: 'Only answers are saved. The checks run again: what was true then need not be true now.',
    byDefault:
      'The answers are used, and the first question that has none is asked. Esc leads back to change them.',
    aws: [],
  },
  region: {
    title: 'Region',
    asked:
      'The AWS Region that this server is to be replicated to. Type a part of its code or name to filter.',
    matters:
      'The endpoints, the S3 buckets and the installer are those of one Region; a server that was registered in another one has to be removed there first.',
    byDefault:
      'The highlighted Region: that of AWS_REGION or the last run, else the first. A Region from AWS_REGION is preselected.',
    aws: [
      {
        says: 'The Region has to be initialized for DRS in its console before an agent is installed.',
        page: 'installation-requirements',
      },
      {
        says: 'Regions that were opened after 20 March 2019 are off until the account has enabled them; these are marked opt-in.',
        page: 'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html',
      },
      {says: 'The Regions that DRS supports.', page: 'supported-regions'},
    ],
  },
  server: {
    title: 'Source server',
    asked: 'Nothing. Check that this is the machine that is to be replicated, and not the one you came from.',
    matters:
      'Without the right to change the firewall the paths are still tested, but firewall rules may be unreadable and nothing can be fixed.',
    byDefault: 'Enter continues.',
    aws: [
      {
        says: 'The agent is built for 64-bit x86 machines, and needs 300 MB of free memory.',
        page: 'installation-requirements',
      },
      {says: 'The Linux versions that are supported.', page: 'Supported-Operating-Systems-Linux'},
      {says: 'The Windows versions that are supported.', page: 'Supported-Operating-Systems-Windows'},
    ],
  },
  targets: {
    title: 'Staging area subnet',
    asked:
      'The staging area subnet, such as 10.20.0.0/24, and a replication server or test listener in it, such as 10.20.0.15.',
    matters:
      'The subnet makes the rule for TCP 1500 as narrow as it may be. Only a server that listens lets the path itself be tested, and not just the rules of this host.',
    byDefault: 'Both empty: the firewall is checked for any address, and the path is reported as not tested.',
    aws: [
      {
        says: 'Data goes straight to the replication server over TCP 1500. The port cannot be changed, and a proxy does not carry it.',
        page: 'Network-Requirements',
      },
      {
        says: 'Replication servers have no fixed address and are replaced every 14 days: open TCP 1500 to the whole subnet, never to one address.',
        page: 'Replication-Related-FAQ',
      },
      {
        says: 'Unless private addresses are chosen in the replication settings, which takes a VPN, Direct Connect or peering, data goes to the public address of the replication server.',
        page: 'data-routing',
      },
    ],
  },
}
