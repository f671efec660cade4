import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {DROPS_443} from './rulesets.ts'

const FIX = ['fix', '--yes', '--region', 'eu-central-1', '--only', 'firewall-443', '--json']
const UNDO = ['undo', '--yes']
const STATE = '/var/lib/drs-onboard'
const OTHER = 12345
/** What a planted command would make. */
const PROOF = '/run/planted-command-ran'

describeLab('a journal in which another user has put commands', () => {
  // Root of a user namespace cannot act as a user that is not mapped there.
  if (process.getuid?.() !== 0) {
    test.skip('is not tried: this is not root, which another user needs', () => undefined)
    return
  }
  let lab: Lab
  let before: string

  beforeAll(async () => {
    lab = await startLab()
    await shell('mkdir -p -m 1777 /run/shared')
  })
  afterAll(() => lab?.stop())
  beforeEach(async () => {
    await shell(`rm -rf ${STATE}* ${PROOF} /run/shared/*`)
    await lab.source.firewall.restore(DROPS_443)
    before = await lab.source.firewall.save()
  })

  const shell = (script: string) => lab.source.must(['bash', '-ec', script])
  const as = (user: number, script: string) =>
    lab.source.must([
      ...['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--'],
      ...['bash', '-ec', script],
    ] as unknown as [string, ...string[]])
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    lab.source.drsOnboard(args, {env})

  /** An entry of this tool's own, with another command for its undo, left by a run that died. */
  async function plantedEntry(): Promise<string> {
    expect((await run(FIX)).code).toBe(0)
    const text = await shell(`cat ${STATE}/journal/*.json`)
    await run(UNDO)
    await shell(`rm -rf ${STATE}`)
    const entry = JSON.parse(text)
    const command = ['sh', '-c', `id > ${PROOF}`]
    const steps = entry.remedy.steps.map((step: object) => ({...step, undo: command, alreadyDone: ['true']}))
    return JSON.stringify({...entry, result: null, remedy: {...entry.remedy, steps}})
  }

  async function plant(state: string): Promise<string> {
    const text = await plantedEntry()
    const {id} = JSON.parse(text)
    await shell(`mkdir -p ${state}; chmod 777 ${state}`)
    await as(OTHER, `mkdir -p ${state}/journal; chmod 755 ${state}/journal`)
    await as(OTHER, `cat > ${state}/journal/${id}.json <<'END'\n${text}\nEND`)
    return id
  }

  async function isRefused(sentence: RegExp, env: Record<string, string> = {}): Promise<string> {
    let said = ''
    for (const args of [UNDO, ['undo', '--list'], FIX]) {
      const {code, stdout, stderr} = await run(args, env)
      expect(stderr).toMatch(sentence)
      expect(stdout).toBe('')
      expect(code).toBe(2)
      said = stderr
    }
    expect(said).not.toMatch(/chmod|chown|make it yours|0700/)
    await expect(shell(`cat ${PROOF}`)).rejects.toThrow('No such file')
    expect(await lab.source.firewall.save()).toBe(before)
    return said
  }

  test('is refused, and its advice does not lead into it', async () => {
    await plant(STATE)
    const said = await isRefused(
      /is not used, and nothing in it was read or run: \S+ can be written by other users/,
    )
    await shell(/`(mv [^`]*)`/.exec(said)?.[1] ?? 'false')
    expect((await run(UNDO)).stdout).toBe('There is nothing to undo.\n')
    expect((await run(FIX)).code).toBe(0)
    expect((await run(UNDO)).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
    await expect(shell(`cat ${PROOF}`)).rejects.toThrow('No such file')
  })

  test('is refused when the directory alone was made root’s', async () => {
    await plant(STATE)
    await shell(`chown root:root ${STATE}; chmod 700 ${STATE}`)
    await isRefused(/journal belongs to another user \(uid 12345\)/)
    await shell(`chown root:root ${STATE}/journal; chmod 700 ${STATE}/journal`)
    await isRefused(/\.json is not used \(it belongs to another user \(uid 12345\)\)/)
  })

  test('is refused for its command, no matter who owns it', async () => {
    await plant(STATE)
    await shell(`chown -R root:root ${STATE}; chmod -R go= ${STATE}`)
    await isRefused(/\.json is not used \(no plan of this release has its step 1\)/)
    const guard = await run(['guard', (await shell(`basename ${STATE}/journal/*.json .json`)).trim()])
    expect(guard.stderr).toMatch(/no plan of this release has its step 1/)
    await expect(shell(`cat ${PROOF}`)).rejects.toThrow('No such file')
  })

  test.each<[string, string, string, RegExp]>([
    [
      'a link',
      '/run/shared/link',
      'ln -s /run/shared/real /run/shared/link',
      /shared\/link is a symbolic link/,
    ],
    [
      'below a link',
      '/run/shared/link/state',
      'mkdir /run/shared/real/state; ln -s real /run/shared/link',
      /shared\/link is a symbolic link/,
    ],
    ['the directory itself', '/run/shared/real', 'true', /shared\/real belongs to another user/],
    [
      'below it',
      '/run/shared/real/state',
      'mkdir /run/shared/real/state',
      /shared\/real belongs to another user/,
    ],
  ])('is refused where DRS_ONBOARD_STATE_DIR names %s', async (_name, path, make, sentence) => {
    await plant('/run/shared/real')
    await shell(`chown ${OTHER}:${OTHER} /run/shared/real; chmod 755 /run/shared/real`)
    await as(OTHER, make)
    await isRefused(sentence, {DRS_ONBOARD_STATE_DIR: path})
  })

  test('a planted lock of a process that is alive keeps no run away', async () => {
    await shell(`mkdir -m 777 ${STATE}`)
    const alive = await as(
      OTHER,
      `printf '{"pid": 1, "startTicks": null, "bootId": null, "startedAt": "2025-01-31T09:45:00Z"}' | tee ${STATE}/lock.5; mkfifo ${STATE}/lock.6; ln -s /dev/zero ${STATE}/lock.7; mkdir ${STATE}/lock.8`,
    )
    expect(alive).toContain('"pid": 1')
    await shell(`chmod 700 ${STATE}`)
    expect((await run(FIX)).code).toBe(0)
    expect((await run(UNDO)).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })
})
