import {describe, expect, test} from 'vitest'
import {KEYS} from '../../pty/terminal.ts'
import {STAGING} from '../lib/topology.ts'
import {DOMAIN_NETWORK, HTTPS_OFF, host} from './situation.ts'
import type {WindowsHost} from './wine.ts'

/**
 * wine's console hands escape sequences on to the terminal, and takes them for text itself: in a window of usual size it
 * would break lines and scroll where there is nothing to break or scroll. In a window larger than what is printed it
 * does not. What the frames look like is for other tests.
 */
const LARGE = {cols: 500, rows: 400}

/** wine starts programs slowly, and the wizard many of them. In milliseconds. */
const PATIENCE = 60_000

/** The wizard on a console of Windows; `windows()` is the host. */
export function describeWizard(windows: () => WindowsHost): void {
  describe('the wizard on a console', () => {
    test('asks for the Region, shows the server, repairs when told to, and leaves', async () => {
      await windows().setRegistry(host({DefaultOutboundAction: 1}, {'{8A2B}': HTTPS_OFF}))
      windows().setNetwork(DOMAIN_NETWORK)
      await using terminal = await windows().openDrsOnboard(
        ['--only', 'firewall-443', '--staging-subnet', STAGING.subnet, '--replication-server', STAGING.ipv4],
        LARGE,
      )
      const answers: readonly (readonly [shown: RegExp, keys: string])[] = [
        [/1 of 37/, 'frankfurt'],
        [/1 of 1,/, KEYS.enter],
        [/Windows Firewall[\s\S]*Can read and change the firewall/, KEYS.enter],
        [/see the fix/, KEYS.enter],
        [/Enable-NetFirewallRule -Name ''\{8A2B\}''[\s\S]*review and apply/, KEYS.enter],
        [/Yes, apply/, 'y'],
        [/DONE[\s\S]*Enter continue/, KEYS.enter],
        [/Changed on this server[\s\S]*\.\\AwsReplicationWindowsInstaller\.exe/, 'q'],
        [/y leave/, 'y'],
      ]
      for (const [shown, keys] of answers) {
        await terminal.until(shown, PATIENCE)
        terminal.type(keys)
      }
      expect(await terminal.exit()).toBe(0)
      expect(await windows().rule('{8A2B}')).toBe(HTTPS_OFF.replace('FALSE', 'TRUE'))
    })

    // Where no program is being started: in wine a Ctrl-C reaches one that is not yet there, and stops it for good.
    test('is left by Ctrl-C with 130, and the terminal is as before', async () => {
      await windows().setRegistry(host({}, {}))
      await using terminal = await windows().openDrsOnboard([], LARGE)
      await terminal.until('1 of 37', PATIENCE)
      terminal.type(KEYS.ctrlC)
      expect(await terminal.exit()).toBe(130)
      const modes = terminal.history().split(/\s+/)
      expect(modes).toEqual(expect.arrayContaining(['icanon', 'echo', 'isig', 'icrnl', 'opost']))
    })
  })
}
