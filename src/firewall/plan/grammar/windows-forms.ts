import {LOCAL_RULES} from '../windows/commands.ts'
import {maybe, maybeText, slot, type Template, text, type Words} from './pattern.ts'
import type {StepForm} from './step-form.ts'
import {ID, PEER, PORT} from './vocabulary.ts'

const POWERSHELL: Words = ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command']

/** What `powerShellString` makes of a text without wildcards; see `namesOneRule`. */
const QUOTED =
  /'(?:''|\u2018\u2018|\u2019\u2019|\u201a\u201a|\u201b\u201b|[^'\u2018\u2019\u201a\u201b*?[\]`])+'/
const unquoted = (quoted: string) => quoted.slice(1, -1).replace(/(['\u2018\u2019\u201a\u201b])\1/g, '$1')

/** The `-Name` of a rule that is on the host, for the cmdlets and for `reg.exe`. */
const EXISTING = slot('rule', QUOTED, {read: unquoted})
const EXISTING_BARE = slot('rule', /[^*?[\]`]+/)

/** Entries of earlier releases lack what keeps progress records out of the output. */
const QUIETLY = slot('quietly', /(?:\$ProgressPreference='SilentlyContinue'; )?/)

const cmdlet = (call: Template): Words => [...POWERSHELL, text`${QUIETLY}${call} -ErrorAction Stop`]

/** Added rules: the first of a remedy is named after it, the others are numbered from 1. */
const ADDED = text`drs-onboard-${ID}${slot('nth', /(?:-[1-9]\d{0,2})?/)}`

const PROFILE = '(?:Domain|Private|Public)'

export const CREATED_RULE: StepForm = {
  name: 'rule of Windows Firewall',
  do: cmdlet(
    text`$null = New-NetFirewallRule -Name '${ADDED}' -DisplayName 'drs-onboard: TCP ${PORT} out' -Group 'drs-onboard' -Direction Outbound -Action Allow -Enabled True -Protocol TCP -RemotePort ${PORT}${maybeText(text` -RemoteAddress '${PEER}'`)} -Profile ${slot('profiles', new RegExp(`Any|'${PROFILE}'(?:,'${PROFILE}')?`))}`,
  ),
  undo: cmdlet(text`Remove-NetFirewallRule -Name '${ADDED}'`),
  alreadyDone: ['reg.exe', 'query', LOCAL_RULES, '/v', ADDED],
}

const NETSH: Words = ['netsh.exe', 'advfirewall', 'firewall']

export const CREATED_RULE_BY_NETSH: StepForm = {
  name: 'rule of Windows Firewall, by netsh',
  do: [
    ...[
      ...NETSH,
      'add',
      'rule',
      text`name=${ADDED}`,
      'dir=out',
      'action=allow',
      'enable=yes',
      'protocol=TCP',
    ],
    text`remoteport=${PORT}`,
    maybe(text`remoteip=${PEER}`),
    text`profile=${slot('profiles', /any|(?:domain|private|public)(?:,(?:domain|private|public))?/)}`,
  ],
  undo: [...NETSH, 'delete', 'rule', text`name=${ADDED}`],
  alreadyDone: [...NETSH, 'show', 'rule', text`name=${ADDED}`],
}

const ENABLE = cmdlet(text`Enable-NetFirewallRule -Name ${EXISTING}`)
const DISABLE = cmdlet(text`Disable-NetFirewallRule -Name ${EXISTING}`)
const ASK: Words = ['reg.exe', 'query', LOCAL_RULES, '/v', EXISTING_BARE]

export const ENABLED_RULE: StepForm = {
  name: 'rule of Windows Firewall that is switched on',
  do: ENABLE,
  undo: DISABLE,
  alreadyDone: ASK,
  mark: '|Active=TRUE|',
}

export const DISABLED_RULE: StepForm = {
  name: 'rule of Windows Firewall that is switched off',
  do: DISABLE,
  undo: ENABLE,
  alreadyDone: ASK,
  mark: '|Active=FALSE|',
}

const ports = (name: string) => slot(name, /'\d{1,5}(?:-\d{1,5})?'(?:,'\d{1,5}(?:-\d{1,5})?'){0,999}/)

const NARROWED = {
  name: 'ports of a rule of Windows Firewall',
  do: cmdlet(text`Set-NetFirewallRule -Name ${EXISTING} -RemotePort ${ports('rest')}`),
  undo: cmdlet(text`Set-NetFirewallRule -Name ${EXISTING} -RemotePort ${ports('before')}`),
}

/** Fields of a rule from the one before its ports to the name of the one behind them; or one of the ports. */
const MARK =
  /\|(?:(?:Protocol|Profile|LPort[0-9_]{0,5})=[A-Za-z0-9-]{1,11}\|)?(?:RPort(?:2_10)?=\d{1,5}(?:-\d{1,5})?\|){1,999}(?:[A-Za-z0-9_]{1,20}=)?/

export const NARROWED_RULE: StepForm = {...NARROWED, alreadyDone: ASK, mark: slot('mark', MARK)}

/** One whose text nothing tells apart before and after. */
export const NARROWED_RULE_UNASKED: StepForm = {...NARROWED, alreadyDone: null}
