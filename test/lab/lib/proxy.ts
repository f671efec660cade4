import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {LabHost, Running} from './host.ts'
import {PROXY} from './topology.ts'

export type ProxyOptions = {
  readonly port?: number
  /** Basic authentication that the proxy asks for; none unless given. */
  readonly credentials?: {readonly user: string; readonly password: string}
  /** Host names (POSIX basic regular expressions) that the proxy refuses with 403. */
  readonly refuses?: readonly string[]
}

export type RunningProxy = {
  /** Address as `--proxy-address` and `https_proxy` take it, without credentials, with the slash AWS asks for. */
  readonly url: string
  readonly process: Running
}

/** Starts tinyproxy on the proxy host; it carries CONNECT to port 443 only. Stopped by `process.kill()` or the lab. */
export async function startProxy(
  host: LabHost,
  directory: string,
  options: ProxyOptions,
): Promise<RunningProxy> {
  const {port = 3128, credentials, refuses = []} = options
  const file = join(directory, `tinyproxy-${port}`)
  await writeFile(`${file}.filter`, refuses.map(name => `${name}\n`).join(''))
  const settings = [
    `Port ${port}`,
    'ConnectPort 443',
    'LogLevel Info',
    'DisableViaHeader Yes',
    ...(credentials ? [`BasicAuth ${credentials.user} ${credentials.password}`] : []),
    ...(refuses.length > 0 ? [`Filter "${file}.filter"`] : []),
  ]
  await writeFile(`${file}.conf`, `${settings.join('\n')}\n`)
  const process = await host.startServer(['tinyproxy', '-d', '-c', `${file}.conf`], /Starting main loop/)
  return {url: `http://${PROXY.ipv4}:${port}/`, process}
}
