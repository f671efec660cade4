import {execFile} from 'node:child_process'
import {promisify} from 'node:util'

/** Runs a script in network and mount namespaces of its own, as their root, and gives the JSON that it prints. */
export async function inNamespace<T>(script: string, ...args: readonly string[]): Promise<T> {
  const unshare = ['--user', '--map-root-user', '--net', '--mount', '--', process.execPath, script, ...args]
  const {stdout} = await promisify(execFile)('unshare', unshare, {timeout: 50_000})
  return JSON.parse(stdout) as T
}
