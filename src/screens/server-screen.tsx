import {useInput} from 'ink'
import {useEffect} from 'react'
import type {FirewallFacts, Privileges} from '../contract/host.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {fact, type Line, wrapLines} from './parts/lines.ts'
import {Spinner} from './parts/spinner.tsx'
import {TextWindow} from './parts/text-window.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useScroll} from './parts/use-scroll.ts'
import {previousScreen} from './route.ts'
import {useWizard} from './use-wizard.ts'
import type {ServerFacts} from './wizard-host.ts'

const WHY =
  'This is the source server: the machine that is to be replicated. Nothing is asked here; check that you are on the right one.'

export function ServerScreen() {
  const {host, state, dispatch, active} = useWizard()
  const {server} = state

  useEffect(() => {
    let left = false
    host.readServer().then(
      facts => left || dispatch({type: 'server-read', server: facts}),
      (error: unknown) => left || dispatch({type: 'failed', error}),
    )
    return () => {
      left = true
    }
  }, [host, dispatch])

  const keys: readonly KeyHint[] = [
    ['Enter', 'continue'],
    ...(previousScreen(state) === null ? [] : [['Esc', 'back'] as const]),
    ['q', 'leave'],
  ]
  const layout = useFrame({why: WHY, keys})
  const lines = wrapLines(server === null ? [] : serverLines(server), layout.columns)
  const offset = useScroll({lines: lines.length, rows: layout.rows, arrows: true})
  useNavigationKeys()
  useInput(
    (_, key) => {
      if (key.return && server !== null) dispatch({type: 'answered'})
    },
    {isActive: active},
  )
  return (
    <Frame title="Source server" layout={layout}>
      {server === null ? (
        <Spinner label="Reading the operating system, privileges and firewall…" />
      ) : (
        <TextWindow lines={lines} rows={layout.rows} offset={offset} moreHint="↓" />
      )}
    </Frame>
  )
}

/** What was found out about the server, as lines to show. */
export function serverLines({host, privileges, firewall}: ServerFacts): readonly Line[] {
  return [
    fact('Host name', host.hostname, 'strong'),
    fact('System', `${host.os} ${host.osVersion}`.trim()),
    fact('Kernel', `${host.kernel}, ${host.arch}`),
    fact('Firewall', firewallSentence(firewall)),
    fact('Running as', privileges.user, privileges.elevated ? 'plain' : 'caution'),
    ...privilegeAdvice(privileges, host.platform),
  ]
}

function firewallSentence({manager, engines, alsoWrittenBy}: FirewallFacts): string {
  const rules = engines.length === 0 ? 'no rules found' : `rules in ${engines.join(', ')}`
  const who = manager === null ? `${rules}; no manager found` : `managed by ${manager}; ${rules}`
  return alsoWrittenBy.length === 0 ? who : `${who}; also written by ${alsoWrittenBy.join(', ')}`
}

function privilegeAdvice(
  {elevated, sudoInstalled}: Privileges,
  platform: 'linux' | 'win32',
): readonly Line[] {
  if (elevated) return [fact('', 'May read and change the firewall.')]
  const again =
    platform === 'win32'
      ? 'from a prompt that was opened as Administrator'
      : sudoInstalled
        ? 'with: sudo drs-onboard'
        : 'as root'
  return [
    fact('', 'May not change the firewall: rules may be unreadable, nothing can be repaired.', 'caution'),
    fact('', `To repair, leave and start again ${again}`, 'caution'),
  ]
}
