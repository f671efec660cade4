import {execFileSync, spawn} from 'node:child_process'
import {existsSync, readdirSync, readlinkSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {describe, expect, test, vi} from 'vitest'
import {describeLab} from './lib/describe-lab.ts'
import {type LabOptions, startLab} from './lib/lab.ts'
import {libraryFile, NODE, PROJECT} from './lib/paths.ts'
import {labObstacle, missingLabTools} from './lib/tools.ts'

const IS_ROOT = process.getuid?.() === 0

const privileges: readonly LabOptions['privileges'][] = IS_ROOT ? ['root', 'user'] : ['user']

describe.each(privileges)('with privileges: %s', as => {
  describeLab('the end of a lab', () => {
    test('leaves no process, no namespace and no file', async () => {
      const lab = await startLab({privileges: as ?? 'user'})
      // A program that left its parent, as a detached one does.
      await lab.source.must(['sh', '-c', 'setsid --fork sleep 1000 > /dev/null 2>&1'])
      const namespaces = namespacesOf(lab.holders())
      expect(processesIn(namespaces).length).toBeGreaterThan(lab.holders().length)
      await lab.stop()
      expect(processesIn(namespaces)).toEqual([])
      expect(existsSync(lab.directory)).toBe(false)
      await lab.stop()
    })

    test('comes with the end of its owner, even by SIGKILL', async () => {
      const owner = spawn(NODE, [libraryFile('hold-lab.ts'), as ?? 'user'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line = ''] = await Array.fromAsync(take(createInterface({input: owner.stdout}), 1))
      const {holders, directory} = JSON.parse(line) as {holders: number[]; directory: string}
      const namespaces = namespacesOf(holders)
      expect(processesIn(namespaces).length).toBeGreaterThan(holders.length)
      owner.kill('SIGKILL')
      await vi.waitFor(
        () => expect([processesIn(namespaces), existsSync(directory)]).toEqual([[], false]),
        10_000,
      )
    })
  })
})

// Without root this is such a user already, and has proved it above.
if (IS_ROOT) {
  describeLab('a user without any privilege', () => {
    test('can have a lab, firewall and all', () => {
      // The checkout may lie where only root may look: show it to the user at another place.
      const script = [
        'mount --bind "$1" /mnt && cd /mnt',
        'exec setpriv --reuid=65534 --regid=65534 --clear-groups node_modules/node/bin/node test/lab/lib/try-lab.ts',
      ].join(' && ')
      const argv = ['--mount', 'sh', '-c', script, 'sh', PROJECT]
      const said = execFileSync('unshare', argv, {encoding: 'utf8', env: {PATH: process.env.PATH}})
      expect(JSON.parse(said)).toEqual({
        uid: 65534,
        privileges: 'user',
        open: 403,
        legacy: 0,
        nft: 0,
        router: 0,
      })
    })
  })
}

describe('missing tools', () => {
  test('are named with their packages, and with the command that installs them', () => {
    const missing = missingLabTools(['ufw'], '/nowhere')
    expect(missing).toContainEqual({tool: 'dnsmasq', package: 'dnsmasq-base'})
    expect(missing).toContainEqual({tool: 'ufw', package: 'ufw'})
    expect(labObstacle(['ufw'], '/nowhere')).toMatch(
      /needs .*dnsmasq.*`apt-get install .* dnsmasq-base .*ufw`/,
    )
  })
})

function namespacesOf(pids: readonly number[]): ReadonlySet<string> {
  return new Set(pids.map(pid => readlinkSync(`/proc/${pid}/ns/net`)))
}

function processesIn(namespaces: ReadonlySet<string>): number[] {
  const pids = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
  return pids.filter(pid => {
    try {
      return namespaces.has(readlinkSync(`/proc/${pid}/ns/net`))
    } catch {
      // Gone since, or a zombie that has no namespaces any more.
      return false
    }
  })
}

async function* take<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T> {
  let taken = 0
  for await (const item of items) {
    yield item
    if (++taken === count) return
  }
}
