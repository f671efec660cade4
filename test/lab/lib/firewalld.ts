import type {LabHost, Running} from './host.ts'

const LONGEST_START_MS = 20_000

/**
 * Starts D-Bus and firewalld on a host, as its service manager would. Works in labs made with root only: without it,
 * D-Bus cannot become its own user.
 *
 * @throws Error when firewalld does not answer within 20 seconds.
 */
export async function startFirewalld(host: LabHost): Promise<Running> {
  await host.must(['mkdir', '--parents', '/run/dbus'])
  await host.must(['dbus-daemon', '--system', '--fork', '--print-address=2'])
  const firewalld = host.start(['firewalld', '--nofork', '--nopid'])
  const deadline = Date.now() + LONGEST_START_MS
  while ((await host.run(['firewall-cmd', '--state'])).code !== 0) {
    if (Date.now() > deadline) throw new Error(`${host.name}: firewalld does not answer.`)
  }
  return firewalld
}
